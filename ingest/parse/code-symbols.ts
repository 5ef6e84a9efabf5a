type Language = { extensions: readonly string[]; definitions: readonly RegExp[] };

const MODIFIERS =
	"(?:(?:public|private|protected|internal|static|final|abstract|sealed|partial|open|data|override|case|inline|async|suspend|virtual|readonly|fileprivate)\\s+)*";
const CLASSES = new RegExp(
	`^${MODIFIERS}(?:class|interface|enum|record|struct|object|trait|protocol|extension|fun|func|function|def|namespace|actor)\\s+([\\w.]+)`,
);
const C_FUNCTION = /^(?!return\b|else\b|typedef\b|#)(?:[\w:<>,]+[\s*&]+)+([\w:~]+)\s*\([^;]*$/;
const C_TYPE = /^(?:typedef\s+)?(?:class|struct|union|enum(?:\s+class)?|namespace)\s+(\w+)/;

/** Languages by extension, and what the first line of a top-level definition looks like; group 1 is its name. */
const LANGUAGES: readonly Language[] = [
	{
		extensions: ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte"],
		definitions: [
			/^(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|class|interface|type|enum|namespace|const|let|var)\s+([\w$]+)/,
		],
	},
	{ extensions: ["py", "pyi"], definitions: [/^(?:async\s+)?(?:def|class)\s+(\w+)/] },
	{ extensions: ["go"], definitions: [/^func\s+(?:\([^)]*\)\s*)?(\w+)/, /^type\s+(\w+)/] },
	{
		extensions: ["rs"],
		definitions: [
			/^(?:pub(?:\([^)]*\))?\s+)?(?:(?:async|unsafe|const|extern\s+"[^"]*")\s+)*(?:fn|struct|enum|trait|mod|union|type|static|const)\s+(\w+)/,
			/^(?:unsafe\s+)?impl\b(?:<[^>]*>)?\s+([^{]*[^{\s])/,
			/^macro_rules!\s+(\w+)/,
		],
	},
	{ extensions: ["java", "cs", "kt", "kts", "swift", "scala", "php", "dart", "groovy"], definitions: [CLASSES] },
	{ extensions: ["c", "h", "cc", "cpp", "cxx", "hh", "hpp", "m", "mm"], definitions: [C_TYPE, C_FUNCTION] },
	{ extensions: ["rb"], definitions: [/^(?:def|class|module)\s+([\w.:?!]+)/] },
	{ extensions: ["sh", "bash", "zsh"], definitions: [/^(?:function\s+)?([\w-]+)\s*\(\)/] },
	{ extensions: ["lua", "jl", "r", "pl", "ps1"], definitions: [/^(?:local\s+)?(?:function|sub)\s+([\w.:-]+)/] },
	{
		extensions: ["sql"],
		definitions: [
			/^create\s+(?:or\s+replace\s+)?(?:temp\w*\s+|unlogged\s+|unique\s+|materialized\s+)*(?:table|view|function|procedure|index|trigger|type)\s+(?:if\s+not\s+exists\s+)?([\w."]+)/i,
		],
	},
	{ extensions: ["yaml", "yml"], definitions: [/^([\w.-]+):/] },
	{ extensions: ["toml", "ini", "cfg", "conf", "properties"], definitions: [/^\[+([^\]]+)\]+/] },
	{ extensions: ["css", "scss", "less", "xml", "xsd", "tf", "gradle", "proto", "graphql", "tex"], definitions: [] },
];

export const codeExtensions: readonly string[] = LANGUAGES.flatMap(({ extensions }) => extensions);

/** The name that a line at the left margin defines, where that is evident. */
export function symbolOf(line: string, extension: string): string | undefined {
	const language = LANGUAGES.find(({ extensions }) => extensions.includes(extension));
	for (const definition of language?.definitions ?? []) {
		const name = definition.exec(line)?.[1];
		if (name) return name.slice(0, 80);
	}
	return undefined;
}

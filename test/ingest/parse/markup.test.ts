import { describe, expect, test } from "vitest";
import { type Block, read } from "./read.ts";

const brief = ({ kind, text, location }: Block) => [kind, text, ...(location.headings ?? [])];

describe("Markdown", () => {
	test("is divided into blocks under their headings", async () => {
		const { blocks, facts } = await read(
			"a.md",
			"# Top *one*\n\nWords\nwords.\n\n| A | B |\n|---|:-:|\n| 1 | 2 |\n\n## Sub\n\n- item 1\n- item 2\n  - inner\n\n```js\n# no heading\n```\n\n***\n\nTop two\n=======\n\n> said\n",
		);
		expect(blocks.map(brief)).toEqual([
			["heading", "# Top *one*"],
			["paragraph", "Words\nwords.", "Top one"],
			["table", "| A | B |\n|---|:-:|\n| 1 | 2 |", "Top one"],
			["heading", "## Sub", "Top one"],
			["paragraph", "- item 1", "Top one", "Sub"],
			["paragraph", "- item 2\n  - inner", "Top one", "Sub"],
			["code", "```js\n# no heading\n```", "Top one", "Sub"],
			["heading", "Top two\n======="],
			["paragraph", "> said", "Top two"],
		]);
		expect(facts.title).toBe("Top one");
	});

	test("takes its title from the front matter first", async () => {
		const { facts, blocks } = await read("a.md", '---\ntags: [x]\ntitle: "A: b"\n---\n\n# Heading\n');
		expect(facts.title).toBe("A: b");
		expect(blocks.map((block) => block.kind)).toEqual(["paragraph", "heading"]);
	});

	test("keeps the headings above a block however long the file", async () => {
		const { blocks, text } = await read("a.md", `# One\n\n## Two\n\n${"Words.\n\n".repeat(20_000)}`);
		expect(blocks).toHaveLength(20_002);
		expect(blocks.at(-1)).toEqual({ kind: "paragraph", text: "Words.", location: { headings: ["One", "Two"] } });
		expect(text).toHaveLength(15 + 8 * 20_000);
	});
});

describe("HTML", () => {
	test("is read as it is shown", async () => {
		const { blocks, facts } = await read(
			"a.html",
			`<!doctype html><title>Tea &amp; more</title><style>p{}</style><body><script>var x = "<p>";</script>
			<h1><div>Big</div></h1><h2></h2><p>Hello   <b>wor</b>ld&nbsp;&lt;x&gt;<br>next<noscript>no</noscript>
			<ul><li><p>one</p><li>two</ul><h2>Code</h2><pre>\n  keep\n   this</pre>tail`,
		);
		expect(facts.title).toBe("Tea & more");
		expect(blocks.map(brief)).toEqual([
			["heading", "Big"],
			["paragraph", "Hello world <x>\nnext", "Big"],
			["paragraph", "- one", "Big"],
			["paragraph", "- two", "Big"],
			["heading", "Code", "Big"],
			["code", "  keep\n   this", "Big", "Code"],
			["paragraph", "tail", "Big", "Code"],
		]);
	});

	test.each([
		["<tr><th>Name<th>Age<tr><td>Ann<td>7<tr><td>Bob<td>", ["Name: Ann; Age: 7", "Name: Bob"]],
		["<thead><tr><td>Name<td>Age</thead><tr><td>Ann<td>7", ["Name: Ann; Age: 7"]],
		["<tr><th><th colspan=2>Size<tr><th><th>w<th>h<tr><th>Box<td>1<td>2", ["column 1: Box; Size w: 1; Size h: 2"]],
		["<tr><td>Ann<td><p>7</p><p>years</p>", ["Ann | 7 years"]],
		["<tr><th>Only<th>names", ["Only | names"]],
		["<tr><th>A<th>B<tr><td rowspan=2>x<td>1<tr><td>2<tr><td>y<td>3", ["A: x; B: 1", "A: x; B: 2", "A: y; B: 3"]],
		["<tr><th rowspan=2>A<th colspan=2>S<tr><th>w<th>h<tr><td>1<td>2<td>3", ["A: 1; S w: 2; S h: 3"]],
		["<tr><td>out <table><tr><td>in</table> side", ["in", "out side"]],
	])("the table %s gives its rows as lines", async (rows, expected) => {
		const { blocks } = await read("a.html", `<table>${rows}</table>`);
		expect(blocks.map((block) => [block.kind, block.text])).toEqual(expected.map((text) => ["table", text]));
	});
});

test("XHTML may close any element in itself", async () => {
	const page = '<?xml version="1.0"?><html><head><title/><script src="a.js"/></head><body><p>words</p></body></html>';
	expect((await read("a.xhtml", page)).blocks.map(brief)).toEqual([["paragraph", "words"]]);
});

describe("source code", () => {
	test.each([
		[
			"a.ts",
			'// c\nimport a from "b";\n\n/** doc */\nexport async function foo() {\n\n\treturn 1;\n}\n\nclass Bar {}\n',
			[undefined, "foo", "Bar"],
		],
		[
			"a.py",
			"import os\n\n@cached\ndef f(x):\n    a = 1\n\n    return a\n\nclass C:\n    pass\n",
			[undefined, "f", "C"],
		],
		["a.go", "package a\n\nfunc (s *T) Run() {\n}\n\ntype T struct {}\n", [undefined, "Run", "T"]],
		["a.rs", "pub(crate) fn go() {}\n\nimpl<T> Foo for Bar {}\n", ["go", "Foo for Bar"]],
		["A.java", "package a;\n\npublic final class A {\n\n  void f() {}\n}\n", [undefined, "A"]],
		["a.c", "#include <x.h>\n\nstatic int *add(int a,\n  int b)\n{\n}\n\nstruct p {\n};\n", [undefined, "add", "p"]],
		["a.sql", "create table if not exists t (\n  a int\n);\n\nselect 1;\n", ["t", undefined]],
		["a.toml", "[package]\nname = 1\n\n[deps]\n", ["package", "deps"]],
		["a.yml", "on:\n  push:\n\njobs:\n  x: 1\n", ["on", "jobs"]],
		["a.sh", "#!/bin/sh\n\nmain() {\n  echo\n}\n", [undefined, "main"]],
	])("%s is divided at its definitions", async (filename, content, symbols) => {
		const { blocks, text } = await read(filename, content);
		expect(text).toBe(content);
		expect(blocks.map((block) => block.kind)).toEqual(symbols.map(() => "code"));
		expect(blocks.map((block) => block.location.headings?.[0])).toEqual(symbols);
	});
});

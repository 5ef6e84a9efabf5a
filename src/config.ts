import { z } from "@hono/zod-openapi";
import { ExcerptError } from "./errors.ts";
import { SEARCH_MODES } from "./types.ts";

/**
 * Every setting as data: `--help`, the README's table and the tests are made from this list.
 * This is the only file that reads the environment.
 */
export const SETTINGS = {
	HOST: {
		default: "127.0.0.1",
		help: "Address to listen on. Without `API_KEY` only loopback addresses are allowed.",
		schema: z.string().min(1),
	},
	PORT: { default: "8787", help: "Port to listen on; 0 picks a free one.", schema: port() },
	API_KEY: {
		default: "",
		help: "When set, every `/v1` call needs it as bearer token.",
		schema: z.string(),
	},
	DATA_DIR: {
		default: "./data",
		help: "Folder of the embedded database and the uploaded bytes. One process at a time may hold it.",
		schema: z.string().min(1),
	},
	DATABASE_URL: {
		default: "",
		help: "Postgres (15 or newer, pgvector 0.8 or newer) instead of the embedded database; any number of processes may share it.",
		schema: z.union([z.literal(""), z.url({ protocol: /^postgres(ql)?$/ })]),
	},
	OPENAI_BASE_URL: {
		default: "",
		help: "An OpenAI-compatible server that answers (OpenAI, Ollama, vLLM, LM Studio, llama.cpp, LiteLLM). Empty with `OPENAI_API_KEY` set means OpenAI itself; empty without means no model: answers are extracted sentences.",
		schema: z.union([z.literal(""), z.url()]),
	},
	OPENAI_API_KEY: { default: "", help: "Key for that server.", schema: z.string() },
	MODEL_ALIASES: {
		default: "",
		help: "Names clients ask for and the model that answers them: `gpt-4o=llama3.1,*=qwen3`. `*` is every other name.",
		schema: aliases(),
	},
	MODEL_TIMEOUT_SECONDS: {
		default: "120",
		help: "Longest time a model's server may send nothing, before the first piece of its answer and between two; then the answer fails.",
		schema: integer(1, 3600),
	},
	MODEL_RETRIES: {
		default: "2",
		help: "How often a model's server that is busy or away is asked again, as long as nothing of the answer has come.",
		schema: integer(0, 10),
	},
	MODEL_PRICES: {
		default: "",
		help: 'Prices of models, for receipts and estimates, in US dollars for a million tokens, beside or instead of the list prices that come along: `{"qwen3": {"input": 0.1, "cached_input": 0.05, "output": 0.4}}`.',
		schema: prices(),
	},
	EMBEDDING_MODEL: {
		default: "",
		help: "Embedding model on that server. Empty: retrieval is lexical alone.",
		schema: z.string(),
	},
	EMBEDDING_DIMENSIONS: {
		default: "",
		help: "Dimensions to ask the embedding model for, where it can shorten its vectors.",
		schema: z.union([z.literal("").transform(() => undefined), integer(1, 4000)]),
	},
	REWRITE_QUERIES: {
		default: "off",
		help: "`on`: before an answer's search one call to a model turns the conversation and the question into standalone search queries, several where the question has several parts.",
		schema: z.enum(["off", "on"]),
	},
	REWRITE_MODEL: {
		default: "",
		help: "Model on that server that rewrites queries; a small one does. Empty: the one that answers, and for searches with `rewrite_query` the one that `MODEL_ALIASES` names for `*`, or else its first.",
		schema: z.string(),
	},
	REWRITE_TIMEOUT_SECONDS: {
		default: "10",
		help: "Longest time rewriting may take; after it the question is searched as it is.",
		schema: integer(1, 300),
	},
	RERANK_URL: {
		default: "",
		help: "A server whose `/rerank` scores the best passages anew (Text Embeddings Inference, vLLM, llama.cpp, LiteLLM, Jina, Cohere), without `/rerank` at its end: `http://127.0.0.1:8080`, `https://api.jina.ai/v1`. Empty: none.",
		schema: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]),
	},
	RERANK_MODEL: {
		default: "",
		help: "Model on that server. Empty for Text Embeddings Inference, which serves one; all others need it.",
		schema: z.string(),
	},
	RERANK_API_KEY: { default: "", help: "Key for that server.", schema: z.string() },
	RERANK_CANDIDATES: {
		default: "50",
		help: "Passages that are scored anew for one search; at least as many as it may return.",
		schema: integer(1, 200),
	},
	MAX_FILE_BYTES: {
		default: String(512 * 1024 * 1024),
		help: "Largest upload, in bytes.",
		schema: integer(1, 2 ** 40),
	},
	PASSAGE_TOKENS: {
		default: "2000",
		help: "Tokens of passages that one turn may send to the model.",
		schema: integer(100, 1_000_000),
	},
	HISTORY_TOKENS: {
		default: "2000",
		help: "Tokens of earlier turns that one turn may send to the model.",
		schema: integer(0, 1_000_000),
	},
	BACKGROUND_CONCURRENCY: {
		default: "8",
		help: "Background responses that one server answers at a time; further ones stay `queued`.",
		schema: integer(1, 256),
	},
	INPUT_TOKENS: {
		default: "100000",
		help: "Tokens that a turn itself may bring: its instructions and question, functions, their calls and outputs. More is refused, because nothing of it could be left out.",
		schema: integer(100, 10_000_000),
	},
	SEARCH_MODE: {
		default: "first",
		help: "When an answer's documents are searched. `first`: with the question, then the model is called once. `tool`: the model calls `file_search` with its own queries, as often as `max_tool_calls` allows. `both`: first with the question, and the model may search again. A request's `context.search` takes its place; needs a model that calls functions.",
		schema: z.enum(SEARCH_MODES),
	},
	INPUT_FILE_SECONDS: {
		default: "60",
		help: "Longest time a request waits for the files in its input to be read; after it the request is refused, and reading goes on.",
		schema: integer(1, 3600),
	},
	SUMMARISE_HISTORY: {
		default: "off",
		help: "`on`: one call to a model makes a short note of the earlier turns that `HISTORY_TOKENS` has no room for, and the note is sent in their place.",
		schema: z.enum(["off", "on"]),
	},
	SUMMARISE_MODEL: {
		default: "",
		help: "Model that writes the note; a small one does. Empty: the one that answers.",
		schema: z.string(),
	},
	SUMMARISE_TIMEOUT_SECONDS: {
		default: "20",
		help: "Longest time the note may take; after it those turns are left out.",
		schema: integer(1, 300),
	},
	WORKER_CONCURRENCY: {
		default: "2",
		help: "Files that one worker ingests at a time.",
		schema: integer(1, 64),
	},
	EMBEDDING_CONCURRENCY: {
		default: "4",
		help: "Embedding requests under way at a time, for each file being ingested.",
		schema: integer(1, 64),
	},
	VECTOR_INDEX_MEMORY_MB: {
		default: "1024",
		help: "Memory that Postgres may take while it builds the vector index of a large store (`maintenance_work_mem`); 200,000 vectors of 512 dimensions take 360 MB.",
		schema: integer(64, 65536),
	},
	PARSE_MEMORY_MB: {
		default: "1024",
		help: "Memory ceiling of one parser process; a file that needs more fails, the rest goes on.",
		schema: integer(64, 65536),
	},
	PARSE_TIMEOUT_SECONDS: {
		default: "1800",
		help: "Longest time one file may keep a parser busy; a scanned page takes some seconds.",
		schema: integer(1, 86400),
	},
	OCR: {
		default: "auto",
		help: "`auto` reads the text in images: of pages without a text layer, of larger pictures on those that have one, and of image files. `off` leaves them out.",
		schema: z.enum(["auto", "off"]),
	},
	OCR_LANGUAGES: {
		default: "eng",
		help: "Languages of that text, such as `eng+deu`. Each needs its data as an npm package, `@tesseract.js-data/deu`; English comes along.",
		schema: z.string().regex(/^[a-z_]+(\+[a-z_]+)*$/, "must be language codes joined by +, such as eng+deu"),
	},
	LOG_LEVEL: {
		default: "info",
		help: "`debug`, `info`, `warn`, `error` or `silent`. Logs are JSON lines on standard error.",
		schema: z.enum(["debug", "info", "warn", "error", "silent"]),
	},
} as const;

type Settings = typeof SETTINGS;
export type Config = Readonly<{ [Name in keyof Settings]: z.output<Settings[Name]["schema"]> }>;

/**
 * Parses the environment once into a frozen value.
 * Throws `ExcerptError` (`configuration`) that lists every problem at once.
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
	const problems: string[] = [];
	const entries = Object.entries(SETTINGS).map(([name, setting]) => {
		const given = env[name];
		const parsed = setting.schema.safeParse(given === undefined || given === "" ? setting.default : given);
		if (!parsed.success) problems.push(`${name}: ${parsed.error.issues[0]?.message ?? "is not valid"}`);
		return [name, parsed.data];
	});
	const config = Object.freeze(Object.fromEntries(entries)) as Config;
	if (config.HOST && !config.API_KEY && !isLoopback(config.HOST)) {
		problems.push(
			`HOST: ${config.HOST} can be reached from other machines and no API_KEY is set. Set API_KEY, or listen on 127.0.0.1`,
		);
	}
	if (config.REWRITE_QUERIES === "on" && !config.OPENAI_BASE_URL && !config.OPENAI_API_KEY && !namesProvider(config)) {
		problems.push(
			"REWRITE_QUERIES: there is no model to rewrite with. Set OPENAI_BASE_URL or OPENAI_API_KEY, or leave it off",
		);
	}
	if (
		config.SUMMARISE_HISTORY === "on" &&
		!config.OPENAI_BASE_URL &&
		!config.OPENAI_API_KEY &&
		!namesProvider(config)
	) {
		problems.push(
			"SUMMARISE_HISTORY: there is no model to write notes with. Set OPENAI_BASE_URL or OPENAI_API_KEY, or leave it off",
		);
	}
	if ((config.RERANK_MODEL || config.RERANK_API_KEY) && !config.RERANK_URL) {
		problems.push("RERANK_URL: RERANK_MODEL or RERANK_API_KEY is set and says nothing without it. Set it too");
	}
	if (problems.length > 0) {
		throw new ExcerptError("configuration", `Settings need attention:\n${problems.map((p) => `  ${p}`).join("\n")}`);
	}
	return config;
}

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
	return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Whether a model of a provider's own, `anthropic:…`, is there to be asked. Reached only once all settings were read. */
function namesProvider({ REWRITE_MODEL, SUMMARISE_MODEL, MODEL_ALIASES }: Config): boolean {
	return [REWRITE_MODEL, SUMMARISE_MODEL, ...(MODEL_ALIASES?.values() ?? [])].some((name) => name?.includes(":"));
}

function integer(min: number, max: number) {
	return z
		.string()
		.regex(/^\d+$/, "must be a whole number")
		.transform(Number)
		.refine((n) => n >= min && n <= max, `must be between ${min} and ${max}`);
}

function port() {
	return integer(0, 65535);
}

function aliases() {
	return z.string().transform((text, context) => {
		const pairs = text.split(",").filter((pair) => pair.trim() !== "");
		const map = new Map<string, string>();
		for (const pair of pairs) {
			const [from, to] = pair.split("=").map((side) => side.trim());
			if (!from || !to) {
				context.addIssue({ code: "custom", message: `"${pair.trim()}" is not of the form name=model` });
				return z.NEVER;
			}
			map.set(from, to);
		}
		return map;
	});
}

const price = z.object({
	input: z.number().min(0),
	cached_input: z.number().min(0).optional(),
	output: z.number().min(0),
});

/** JSON: names of models, each with its price; input from a cache costs what other input costs unless it says otherwise. */
function prices() {
	return z.string().transform((text, context) => {
		const parsed = z.record(z.string(), price).safeParse(parseJson(text || "{}"));
		if (parsed.success) {
			const named = Object.entries(parsed.data);
			return new Map(
				named.map(([name, price]) => [name, { ...price, cached_input: price.cached_input ?? price.input }]),
			);
		}
		context.addIssue({
			code: "custom",
			message:
				'must be JSON of the form {"my-model": {"input": 0.1, "cached_input": 0.05, "output": 0.4}}, dollars for a million tokens',
		});
		return z.NEVER;
	});
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

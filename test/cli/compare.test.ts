import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type CliProcess, runCli, startCli, startServe } from "../support/cli.ts";
import { listComparisons } from "../support/comparisons.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { listIndexes, startBuild } from "../support/indexes.ts";
import { until } from "../support/until.ts";
import { createStore, uploadText } from "../support/upload.ts";

let fake: FakeOpenAI;
let database: TestDatabase;
let server: CliProcess;
let client: OpenAI;
let settings: Record<string, string>;
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "excerpt-compare-"));
	fake = await startFakeOpenAI();
	database = await createTestDatabase();
	settings = {
		...database.settings,
		OPENAI_BASE_URL: fake.url,
		EMBEDDING_MODEL: "fake-embedding",
		MODEL_ALIASES: "any=usual",
	};
	const started = await startServe(settings);
	server = started.process;
	client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: "none", maxRetries: 0 });
});
beforeEach(() => fake.setPaused(false));
afterAll(async () => {
	fake.setPaused(false);
	await server.end("SIGTERM");
	await fake.stop();
	await database.remove();
	await rm(folder, { recursive: true, force: true });
});

let stores = 0;
const sentence = (i: number) => `Sentence ${i} of store ${stores} tells of heron${i} and of lake${(i * 37) % 101}.`;
/** A store with a file of sixty sentences, and a file of questions on two of them. */
async function makeStore(): Promise<{ name: string; id: string; questions: string; report: string }> {
	stores++;
	const name = `birds-${stores}`;
	const { id } = await createStore(
		client,
		{ "a.txt": Array.from({ length: 60 }, (_, i) => sentence(i)).join(" ") },
		{ name },
	);
	const questions = join(folder, `${name}.jsonl`);
	const lines = [3, 40].map((i) => ({
		question: `What of heron${i}?`,
		evidence: [{ file: "a.txt", quote: sentence(i) }],
	}));
	await writeFile(questions, lines.map((line) => JSON.stringify(line)).join("\n"));
	return { name, id, questions, report: join(folder, `${name}.html`) };
}
const compare = (...args: string[]) => runCli(["compare", ...args], settings);

test("compare says what it takes, how far it is and what came out, and writes a report", async () => {
	const { name, id, questions, report } = await makeStore();
	const args = ["--questions", questions, "--chunk", "sentence:50", "--chunk", "structure:300/0", "--report", report];
	const { code, stdout, stderr } = await compare(name, ...args, "--yes");
	expect([code, stderr]).toEqual([0, expect.stringMatching(/^Comparing: 100 % \(done\)$/m)]);
	expect(stdout).toMatch(
		/^To compare takes 2 indexes .*: at most [\d,]+ tokens to embed \(price not known\), about \d+ s\.$/m,
	);
	expect(stdout).toMatch(/^ +active +sentence:50 +structure:300\/0$/m);
	expect(stdout).toMatch(/^recall in the budget +100\.0 % +100\.0 % +100\.0 %$/m);
	expect(stdout).toContain("Minus active: the mean of 2 questions");
	expect(stdout).toMatch(
		/^sentence:50 sends more of the evidence than active for 0 questions, less for 0, as much for 2\.$/m,
	);
	expect(stdout).toContain("sentence:50 sends as much of the evidence as active.");
	expect(stdout).toContain(`${report} shows this in plots`);
	const page = await readFile(report, "utf8");
	expect(page).toContain(`<h1>Chunk settings of ${name}</h1>`);
	expect(page).toContain("structure:300/0");
	expect((await listIndexes(client, id)).map(({ status }) => status)).toEqual(["active"]);
});

test("an earlier comparison is shown again, and its winner taken into use", async () => {
	const { name, id, questions, report } = await makeStore();
	const args = ["--questions", questions, "--chunk", "sentence:50", "--report", report];
	const first = await compare(name, ...args, "--yes");
	const [made] = await listComparisons(client, id);
	const again = await compare(
		name,
		"--show",
		made?.id as string,
		"--report",
		report,
		"--activate",
		"sentence:50",
		"--yes",
	);
	expect(again.code).toBe(0);
	const table = first.stdout.slice(first.stdout.indexOf("recall in the budget"));
	expect(again.stdout).toContain(table);
	expect(again.stdout).toMatch(/^vsx_\w+ is active: \d+ chunks of 1 files\.$/m);
	const [active] = await listIndexes(client, id);
	expect(active).toMatchObject({ status: "active", settings: { chunking_strategy: { type: "sentence" } } });
});

test("nobody pays or changes what answers without being asked", async () => {
	const { name, id, questions, report } = await makeStore();
	const args = [name, "--questions", questions, "--report", report];
	const unanswered = await compare(...args, "--chunk", "sentence:50");
	expect(unanswered).toMatchObject({ code: 1, stderr: expect.stringMatching(/Compare\?.*add --yes/) });
	expect(await listComparisons(client, id)).toEqual([]);
	const free = await compare(
		...args,
		"--passage-tokens",
		"100",
		"--passage-tokens",
		"1000",
		"--activate",
		"active in 100",
	);
	expect(free).toMatchObject({ code: 1, stderr: expect.stringMatching(/Answer from 'active in 100'.*add --yes/) });
	expect(free.stdout).toMatch(/^ +active in 100 +active in 1000$/m);
});

test("the report is named by the comparison where nothing else is said", async () => {
	const own = await createTestDatabase();
	try {
		const file = join(folder, "own.txt");
		await writeFile(file, "Herons nest in trees. They fish at dawn.");
		await runCli(["ingest", file, "--store", "own"], own.settings);
		const questions = join(folder, "own.jsonl");
		const evidence = [{ file, quote: "Herons nest in trees." }];
		await writeFile(questions, JSON.stringify({ question: "Where do herons nest?", evidence }));
		const { code, stdout, stderr } = await runCli(["compare", "own", "-q", questions, "-c", "page"], own.settings);
		expect([code, stderr]).toEqual([0, expect.stringContaining("Comparing: 100 %")]);
		expect(stdout).toContain("nothing to embed");
		const [, report = ""] = stdout.match(/^(vscmp_\w+\.html) shows this/m) ?? [];
		expect(await readFile(report, "utf8")).toContain("<h1>Chunk settings of own</h1>");
		await rm(report);
	} finally {
		await own.remove();
	}
});

test("whoever stops watching does not stop the comparison, and is told how to go on; status shows it", async () => {
	const { name, id, questions, report } = await makeStore();
	fake.setPaused(true);
	const args = ["compare", name, "-q", questions, "-c", "sentence:50", "--report", report, "--yes"];
	const watching = startCli(args, settings);
	await until("it to be under way", async () => (await listComparisons(client, id))[0]?.progress?.stage === "ask");
	const [begun] = await listComparisons(client, id);
	const { stdout } = await runCli(["status", "--store", name], settings);
	expect(stdout).toMatch(new RegExp(`^  comparison ${begun?.id}: ask active, 0 of 2 questions$`, "m"));
	const how = `excerpt compare ${name} --show ${begun?.id}`;
	expect((await watching.end("SIGINT")).stdout).toContain(`goes on with it. Its results: ${how}`);
	fake.setPaused(false);
	const shown = await compare(name, "--show", begun?.id as string, "--report", report);
	expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^recall@10 /m) });
});

test("status shows an index that is being built", async () => {
	const { name, id } = await makeStore();
	fake.setPaused(true);
	const index = await startBuild(client, id, { chunking_strategy: { type: "sentence", sentence: { max_tokens: 50 } } });
	await until("the build to be shown", async () => {
		const { stdout } = await runCli(["status", "--store", name], settings);
		return new RegExp(`^  index ${index.id}: write`, "m").test(stdout);
	});
	fake.setPaused(false);
});

test("questions whose file is unknown or is there twice are refused by file and line", async () => {
	const { name, id, questions } = await makeStore();
	const again = await uploadText(client, "a.txt", "Another text of that name.");
	await client.vectorStores.files.createAndPoll(id, { file_id: again });
	const ambiguous = await compare(name, "-q", questions, "-c", "page", "--yes");
	expect(ambiguous).toMatchObject({
		code: 1,
		stderr: expect.stringContaining(`${questions}:1: the vector store has 2 files 'a.txt'`),
	});
	await writeFile(questions, '{"question": "Who?", "evidence": [{"file": "b.txt", "page": 1}]}');
	const unknown = await compare(name, "-q", questions, "-c", "page", "--yes");
	expect(unknown).toMatchObject({
		code: 1,
		stderr: expect.stringContaining(`${questions}:1: the vector store has no file 'b.txt'`),
	});
});

test("a model writes the questions, the one that is named or the usual one, once that was agreed to", async () => {
	const { name, id, report } = await makeStore();
	const asked = () => fake.requests.filter(({ path }) => path.endsWith("/chat/completions"));
	// A passage holds all but the beginning of a file as long as this, wherever it begins.
	const script = (...numbers: number[]) =>
		fake.answerInTurn(
			...numbers.map((i) => ({ text: JSON.stringify({ question: `What of heron${i}?`, quotes: [sentence(i)] }) })),
		);
	fake.requests.length = 0;
	const args = [name, "--generate", "2", "--chunk", "sentence:50", "--report", report];
	const unanswered = await compare(...args);
	expect(unanswered).toMatchObject({ code: 1, stderr: expect.stringMatching(/Compare\?.*add --yes/) });
	expect(unanswered.stdout).toContain("A model is to write 2 questions, which costs its tokens, too.");
	expect(asked()).toEqual([]);

	script(20, 40);
	const usual = await compare(...args, "--yes");
	expect(usual.code).toBe(0);
	expect(usual.stdout).toContain("Minus active: the mean of 2 questions");
	expect(await readFile(report, "utf8")).toContain("(written by a model, 2 of 2 kept)");
	script(25, 50);
	expect(await compare(...args, "--model", "named", "--yes")).toMatchObject({ code: 0 });
	expect(asked().map(({ body }) => body.model)).toEqual(["usual", "usual", "named", "named"]);
	expect((await listComparisons(client, id)).map(({ model, generated }) => [model, generated?.kept])).toEqual([
		["named", 2],
		["usual", 2],
	]);
});

test("a model that its server does not know ends the command with that reason", async () => {
	const { name } = await makeStore();
	fake.failNext("/chat/completions", { kind: "status", status: 404 });
	const { code, stderr } = await compare(name, "--generate", "2", "--model", "nobody", "--yes");
	expect(code).toBe(1);
	expect(stderr).toMatch(/^excerpt: The comparison vscmp_\w+ is failed: The model 'nobody' does not exist/m);
});

test("a sample is compared on so many of the files, and the estimate says that it is of all", async () => {
	const { name, id, questions, report } = await makeStore();
	for (const other of ["b.txt", "c.txt"]) {
		const file_id = await uploadText(client, other, `${other} tells of owls.`);
		await client.vectorStores.files.createAndPoll(id, { file_id });
	}
	const args = ["-q", questions, "-c", "sentence:50", "--sample", "2", "--report", report, "--yes"];
	const { code, stdout } = await compare(name, ...args);
	expect(code).toBe(0);
	expect(stdout).toMatch(/^To compare takes 1 index .*; of a sample less\.$/m);
	expect((await listComparisons(client, id))[0]?.sample).toEqual({ files: 2, of: 3 });
});

test("a comparison that fails ends the command with its reason", async () => {
	const { name, questions } = await makeStore();
	const evidence = [{ file: "a.txt", quote: "Nobody ever wrote this." }];
	await writeFile(questions, JSON.stringify({ question: "Who?", evidence }));
	const { code, stderr } = await compare(name, "-q", questions, "-c", "sentence:50", "--yes");
	expect(code).toBe(1);
	expect(stderr).toMatch(/^excerpt: The comparison vscmp_\w+ is failed: .*evidence/m);
});

test.each([
	[["--chunk", "page"], /give one of --questions FILE .*, --generate NUMBER .* and --show/],
	[["-q", "q.jsonl", "--generate", "3"], /give one of --questions FILE .*, --generate NUMBER .* and --show/],
	[["--generate", "some"], /--generate takes a number from 1 on, not 'some'/],
	[["-q", "q.jsonl", "--sample", "0"], /--sample takes a number from 1 on, not '0'/],
	[["-q", "q.jsonl", "--chunk", "tiny"], /option '--chunk tiny': there are auto, static/],
	[["-q", "q.jsonl", "--passage-tokens", "few"], /option '--passage-tokens few'/],
	[["-q", "q.jsonl", "--chunk", "page", "--activate", "pages"], /takes one of those compared: active, page$/m],
	[["-q", "q.jsonl", "--chunk", "page", "--report", "/nowhere/at/all.html"], /no folder '\/nowhere\/at'/],
])("compare refuses %j before it opens anything", async (args, message) => {
	expect(await compare("birds", ...args)).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
});

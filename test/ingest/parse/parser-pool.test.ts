import { execFile } from "node:child_process";
import { open, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { createParserPool } from "../../../ingest/parse/parser-pool.ts";
import { ExcerptError } from "../../../src/errors.ts";
import { gather, read, stored } from "./read.ts";

const pool = createParserPool({ size: 2, memoryMb: 256, timeoutMs: 60_000 });
const small = createParserPool({ size: 1, memoryMb: 32, timeoutMs: 60_000 });
const hasty = createParserPool({ size: 1, memoryMb: 256, timeoutMs: 6000 });
afterAll(() => Promise.all([pool.close(), small.close(), hasty.close()]));

/** Takes the Markdown parser minutes. */
const SLOW = `${"*a_".repeat(60_000)}\n`;
const table = (rows: number) => `n,word\n${Array.from({ length: rows }, (_, i) => `${i + 1},row\n`).join("")}`;

describe("the parser pool", () => {
	test("gives what the parser gives", async () => {
		const content = table(20_000);
		const { text, blocks, facts } = await gather(pool.parse(await stored("t.csv", content)));
		const expected = await read("t.csv", content);
		expect({ text, facts }).toEqual({ text: expected.text, facts: expected.facts });
		expect(blocks).toEqual(expected.blocks.map(({ text, location }) => ({ text, location })));
	});

	test("hands on a parser's error with its code and message", async () => {
		const error = await gather(pool.parse(await stored("t.csv", 'a,b\n1,"2\n'))).catch((e) => e);
		expect(error).toBeInstanceOf(ExcerptError);
		expect(error).toMatchObject({ code: "invalid_file", message: expect.stringContaining("row 1 (line 2)") });
	});

	test("does not blame the file where the stored bytes are gone", async () => {
		const source = await stored("t.csv", "a,b\n1,2\n");
		await rm(source.path);
		const error = await gather(pool.parse(source)).catch((e) => e);
		expect(error).not.toBeInstanceOf(ExcerptError);
		expect(error.message).toContain("ENOENT");
	});

	test("parses more files than it has processes", async () => {
		const names = ["a", "b", "c", "d", "e"];
		const texts = await Promise.all(
			names.map(async (name) => (await gather(pool.parse(await stored(`${name}.txt`, name)))).text),
		);
		expect(texts).toEqual(names);
	});

	test("does not read ahead of its consumer", async () => {
		const content = table(400_000);
		const source = await stored("t.csv", content);
		const parts = pool.parse(source);
		await parts.next();
		await new Promise((resolve) => setTimeout(resolve, 500));
		// What is written into the rest of the file now must be what the consumer is given later.
		const file = await open(source.path, "r+");
		await file.write("400000,new", content.lastIndexOf("400000,row"));
		await file.close();
		const { blocks } = await gather(parts);
		expect(blocks.at(-1)?.text).toBe("n: 400000; word: new");
	});

	test("an abort ends the parsing at once, with the signal's reason, and the next file is parsed", async () => {
		const controller = new AbortController();
		const parsing = gather(pool.parse(await stored("slow.md", SLOW), { signal: controller.signal }));
		setTimeout(() => controller.abort(new Error("enough")), 300);
		await expect(parsing).rejects.toThrow("enough");
		expect((await gather(pool.parse(await stored("a.txt", "next")))).text).toBe("next");
	});

	test("a signal aborted beforehand, or while waiting for a turn, parses nothing", async () => {
		const source = await stored("slow.md", SLOW);
		const busy = [new AbortController(), new AbortController()];
		const parsings = busy.map(({ signal }) => gather(pool.parse(source, { signal })));
		const waiting = new AbortController();
		const third = gather(pool.parse(source, { signal: waiting.signal }));
		setTimeout(() => waiting.abort(new Error("no patience")), 50);
		await expect(third).rejects.toThrow("no patience");
		for (const controller of busy) controller.abort(new Error("done"));
		expect((await Promise.allSettled(parsings)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
		await expect(gather(pool.parse(source, { signal: AbortSignal.abort(new Error("never")) }))).rejects.toThrow(
			"never",
		);
	});

	test("a consumer that leaves early frees its place", async () => {
		const source = await stored("t.csv", table(100_000));
		for (let i = 0; i < 4; i++) {
			for await (const part of pool.parse(source)) {
				expect(part.text).toMatch(/^n: 1; word: row\n/);
				break;
			}
		}
		expect((await gather(pool.parse(source))).facts.rows).toBe(100_000);
	});

	test("a file that needs too much memory fails alone, naming the limit, and the next file is parsed", async () => {
		const bomb = await stored("bomb.json", `[${"[],".repeat(2_500_000)}1]`);
		await expect(gather(small.parse(bomb))).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringContaining("bomb.json needs more than the limit of 32 MB of memory"),
		});
		expect((await gather(small.parse(await stored("a.txt", "next")))).text).toBe("next");
	});

	test("a file that takes too long fails alone, naming the limit, and the next file is parsed", async () => {
		await expect(gather(hasty.parse(await stored("slow.md", SLOW)))).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringContaining("slow.md takes longer than the limit of 6 s"),
		});
		expect((await gather(hasty.parse(await stored("a.txt", "next")))).text).toBe("next");
	});

	test("the consumer's time is not the parser's", async () => {
		const parts = hasty.parse(await stored("t.csv", table(50_000)));
		await parts.next();
		await new Promise((resolve) => setTimeout(resolve, 6500));
		expect((await gather(parts)).facts.rows).toBe(50_000);
	});

	test("closing ends what is under way", async () => {
		const closing = createParserPool({ size: 1, memoryMb: 256, timeoutMs: 60_000 });
		const parsing = gather(closing.parse(await stored("slow.md", SLOW)));
		setTimeout(() => closing.close(), 300);
		await expect(parsing).rejects.toThrow("pool was closed");
		await expect(gather(closing.parse(await stored("a.txt", "x")))).rejects.toThrow("pool was closed");
	});

	test("an idle pool lets the process exit", async () => {
		const { path } = await stored("a.txt", "words");
		const program = `
			import { createParserPool } from ${JSON.stringify(new URL("../../../ingest/parse/parser-pool.ts", import.meta.url).href)};
			const pool = createParserPool({ size: 1, memoryMb: 256, timeoutMs: 60000 });
			for await (const batch of pool.parse({ path: ${JSON.stringify(path)}, filename: "a.txt", bytes: 5 })) console.log(batch.text);
		`;
		const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
			timeout: 30_000,
		});
		expect(stdout).toBe("words\n");
	});
});

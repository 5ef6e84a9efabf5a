import { expect, test } from "vitest";
import { listen } from "../../src/models/listen.ts";
import { until } from "../support/until.ts";

const never = new Promise<never>(() => {});
const patient = 60;

async function* pieces(...given: (string | Promise<string>)[]) {
	yield* given;
}

test("pieces come through in their order, and the end with them", async () => {
	const read = listen(async () => pieces("a", "b"), new AbortController().signal, patient);
	expect(await Array.fromAsync(read)).toEqual(["a", "b"]);
});

test.each([
	["that is not answered", () => never],
	["whose answer does not begin", async () => pieces(never)],
	["whose answer stops", async () => pieces("a", never)],
])("a call %s is given up though it minds no signal", async (_name, open) => {
	const read = Array.fromAsync(listen(open, new AbortController().signal, 0.05));
	await expect(read).rejects.toMatchObject({ code: "upstream_error", message: expect.stringContaining("0.05 s") });
});

test("the signal's abort gives it up with the signal's reason, before the call and during it", async () => {
	const abort = new AbortController();
	const reason = new Error("gone");
	const reading = Array.fromAsync(listen(() => never, abort.signal, patient));
	abort.abort(reason);
	await expect(reading).rejects.toBe(reason);
	let opened = false;
	const open = async () => {
		opened = true;
		return pieces("a");
	};
	await expect(Array.fromAsync(listen(open, abort.signal, patient))).rejects.toBe(reason);
	expect(opened).toBe(false);
});

test("a reader who takes longer than the server may is waited for", async () => {
	const read = listen(async () => pieces("a", "b"), new AbortController().signal, 0.05);
	const seen: string[] = [];
	for await (const piece of read) {
		await new Promise((resolve) => setTimeout(resolve, 120));
		seen.push(piece);
	}
	expect(seen).toEqual(["a", "b"]);
});

test("a reader who stops ends the call", async () => {
	let given: AbortSignal | undefined;
	const open = async (signal: AbortSignal) => {
		given = signal;
		return pieces("a", never);
	};
	for await (const _piece of listen(open, new AbortController().signal, patient)) break;
	expect(await until("the abort", () => given?.aborted)).toBe(true);
});

test("what the call throws is thrown", async () => {
	const failed = new Error("no");
	const read = listen(() => Promise.reject(failed), new AbortController().signal, patient);
	await expect(Array.fromAsync(read)).rejects.toBe(failed);
});

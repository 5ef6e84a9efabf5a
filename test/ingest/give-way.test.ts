import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { GiveWay } from "../../ingest/reindex/give-way.ts";
import { Traffic } from "../../src/traffic.ts";

describe("a build", () => {
	const traffic = { isBusy: false };
	let giveWay: GiveWay;

	beforeEach(() => {
		traffic.isBusy = true;
		giveWay = new GiveWay(traffic, 0);
	});

	test("does not rest where nobody asks", () => {
		traffic.isBusy = false;
		expect([10, 500, 501].map((now) => giveWay.restFrom(now))).toEqual([0, 0, 0]);
	});

	test("rests for three times as long as it worked while questions come", () => {
		expect(giveWay.restFrom(100)).toBe(300);
		// From 400 on.
		expect(giveWay.restFrom(440)).toBe(120);
	});

	test("does not rest for what it did before the first question", () => {
		traffic.isBusy = false;
		giveWay.restFrom(5_000);
		traffic.isBusy = true;
		expect(giveWay.restFrom(5_010)).toBe(30);
	});

	test("rests as a whole: a file that is written beside another does not go on in its rest, nor prolong it", () => {
		expect(giveWay.restFrom(100)).toBe(300);
		expect(giveWay.restFrom(150)).toBe(250);
		expect(giveWay.restFrom(399)).toBe(1);
	});

	test("ends its rest where it is ended itself", async () => {
		const ending = new AbortController();
		const rest = new GiveWay(traffic, performance.now() - 60_000).rest(ending.signal);
		ending.abort();
		await expect(rest).rejects.toThrow("aborted");
	});
});

describe("a process", () => {
	beforeEach(() => {
		vi.useFakeTimers({ toFake: ["performance"] });
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	test("is busy while questions are answered, and for two seconds after", async () => {
		const traffic = new Traffic();
		expect(traffic.isBusy).toBe(false);
		const first = Promise.withResolvers<void>();
		const second = Promise.withResolvers<void>();
		const both = [first, second].map(({ promise }) => traffic.during(() => promise));
		vi.advanceTimersByTime(60_000);
		first.resolve();
		await both[0];
		vi.advanceTimersByTime(60_000);
		expect(traffic.isBusy).toBe(true);
		second.reject(new Error("no answer"));
		await expect(both[1]).rejects.toThrow("no answer");
		vi.advanceTimersByTime(1_999);
		expect(traffic.isBusy).toBe(true);
		vi.advanceTimersByTime(1);
		expect(traffic.isBusy).toBe(false);
	});
});

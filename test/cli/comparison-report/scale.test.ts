import fc from "fast-check";
import { expect, test } from "vitest";
import { linearScale } from "../../../src/cli/comparison-report/scale.ts";

test.each([
	[
		[91.2, 97.8],
		[90, 92, 94, 96, 98],
	],
	[
		[0, 10],
		[0, 5, 10],
	],
	[
		[-0.03, 0.11],
		[-0.05, 0, 0.05, 0.1, 0.15],
	],
	[
		[1490, 1884],
		[1400, 1500, 1600, 1700, 1800, 1900],
	],
	[
		[7, 7],
		[6.995, 7, 7.005],
	],
])("ticks of %j are %j", (values, ticks) => {
	expect(linearScale(values, [0, 100], { least: 0.01 }).ticks).toEqual(ticks);
});

test("every value stands within the range, in order, and few ticks at its ends and between", () => {
	const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
	fc.assert(
		fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), fc.constantFrom(0.002, 0.2, 20), (values, least) => {
			const scale = linearScale(values, [300, 10], { least });
			for (const one of values) {
				expect(scale(one)).toBeGreaterThanOrEqual(10 - 1e-6);
				expect(scale(one)).toBeLessThanOrEqual(300 + 1e-6);
			}
			expect(scale(Math.max(...values))).toBeLessThanOrEqual(scale(Math.min(...values)));
			expect(scale(scale.ticks[0] as number)).toBeCloseTo(300, 3);
			expect(scale(scale.ticks.at(-1) as number)).toBeCloseTo(10, 3);
			expect(scale.ticks.length).toBeLessThanOrEqual(7);
		}),
	);
});

test("a share is never shown beyond all, nor below nothing", () => {
	expect(linearScale([100, 99.5], [0, 100], { least: 5, low: 0, high: 100 }).ticks).toEqual([97, 98, 99, 100]);
	expect(linearScale([0], [0, 100], { least: 5, low: 0, high: 100 }).ticks).toEqual([0, 1, 2, 3]);
});

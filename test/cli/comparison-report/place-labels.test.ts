import fc from "fast-check";
import { expect, test } from "vitest";
import { placeLabels } from "../../../src/cli/comparison-report/place-labels.ts";

const SIZE = { width: 14, height: 13 };

test("labels that have room stand where their points are", () => {
	const points = [
		{ x: 0, y: 0 },
		{ x: 20, y: 0 },
		{ x: 0, y: 13 },
	];
	expect(placeLabels(points, SIZE)).toEqual(points);
});

test("no label stands on another, and none moves to the side", () => {
	const point = fc.record({ x: fc.integer({ min: 0, max: 60 }), y: fc.integer({ min: 0, max: 40 }) });
	fc.assert(
		fc.property(fc.array(point, { maxLength: 8 }), (points) => {
			const labels = placeLabels(points, SIZE);
			expect(labels.map(({ x }) => x)).toEqual(points.map(({ x }) => x));
			for (const [place, one] of labels.entries()) {
				for (const other of labels.slice(place + 1)) {
					expect(Math.abs(one.x - other.x) >= SIZE.width || Math.abs(one.y - other.y) >= SIZE.height).toBe(true);
				}
			}
		}),
	);
});

export type Point = { x: number; y: number };

/** Where labels of `width` × `height` may stand near their points, none on another; in the order of the points. */
export function placeLabels(points: Point[], { width, height }: { width: number; height: number }): Point[] {
	const placed = new Map<number, Point>();
	const order = points.map((_, place) => place).toSorted((a, b) => (points[a] as Point).y - (points[b] as Point).y);
	for (const place of order) {
		const label = { ...(points[place] as Point) };
		// What was placed before stands above or at the side: each step goes down, and so there is an end.
		for (;;) {
			const above = [...placed.values()].filter(
				({ x, y }) => Math.abs(x - label.x) < width && Math.abs(y - label.y) < height,
			);
			if (above.length === 0) break;
			label.y = Math.max(...above.map(({ y }) => y)) + height;
		}
		placed.set(place, label);
	}
	return points.map((_, place) => placed.get(place) as Point);
}

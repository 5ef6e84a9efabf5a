export function mean(values: number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function percent(share: number): string {
	return Number.isNaN(share) ? "" : `${(100 * share).toFixed(1)} %`;
}

/** The chance that one of `high` is above one of `low`: 1 tells them apart always, 0.5 is a guess. */
export function areaUnderCurve(high: number[], low: number[]): number {
	const all = [...high.map((value) => ({ value, is: 1 })), ...low.map((value) => ({ value, is: 0 }))];
	all.sort((a, b) => a.value - b.value);
	let ranks = 0;
	for (let start = 0; start < all.length; ) {
		let end = start;
		while (end < all.length && all[end]?.value === all[start]?.value) end++;
		const rank = (start + 1 + end) / 2;
		for (let place = start; place < end; place++) ranks += rank * (all[place]?.is ?? 0);
		start = end;
	}
	return (ranks - (high.length * (high.length + 1)) / 2) / (high.length * low.length);
}

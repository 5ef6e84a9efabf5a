/** Maps values onto a length of a drawing, which may run backwards. */
export type Scale = { (value: number): number; ticks: number[] };

/** `least`, more than 0: how narrow it may be, for what hardly differs must not look far apart. `low` and `high`: there is nothing beyond. */
type Limits = { least: number; low?: number; high?: number };

/** So many steps between ticks, or some more or fewer where round numbers need it. */
const STEPS = 4;

/** A linear scale of all values, widened to the next ticks, which are round numbers. */
export function linearScale(
	values: number[],
	range: readonly [number, number],
	{ least, low = -Infinity, high = Infinity }: Limits,
): Scale {
	const [lowest, highest] = [Math.min(...values), Math.max(...values)];
	const missing = Math.max(0, least - (highest - lowest)) / 2;
	const from = Math.max(low, lowest - missing);
	const to = Math.min(high, highest + missing);
	const step = roundStep((to - from) / STEPS);
	const first = Math.floor(from / step + 1e-9);
	const last = Math.max(first + 1, Math.ceil(to / step - 1e-9));
	// From whole numbers: sums of steps drift.
	const ticks = Array.from({ length: last - first + 1 }, (_, place) =>
		Number(((first + place) * step).toPrecision(12)),
	);
	const scale = (value: number) => range[0] + ((value / step - first) / (last - first)) * (range[1] - range[0]);
	return Object.assign(scale, { ticks });
}

/** 1, 2 or 5 times a power of ten, not less than the rough step. */
function roundStep(rough: number): number {
	const power = 10 ** Math.floor(Math.log10(rough));
	return power * ([1, 2, 5].find((times) => times * power >= rough * (1 - 1e-9)) ?? 10);
}

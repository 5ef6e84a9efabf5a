/** Maps values of `domain` onto a length of a drawing, which may run backwards. */
export type Scale = { (value: number): number; ticks: number[] };

/**
 * A linear scale whose ticks are round numbers, some `count` of them. Its domain is that of the values, widened to the
 * next ticks; `least` is the narrowest it may be, so that equal values do not stand at both ends.
 */
export function linearScale(
	values: number[],
	range: readonly [number, number],
	{ count = 4, least = 0 }: { count?: number; least?: number } = {},
): Scale {
	const [lowest, highest] = [Math.min(...values), Math.max(...values)];
	const missing = Math.max(0, least - (highest - lowest)) / 2;
	const step = roundStep((highest - lowest + 2 * missing || 1) / count);
	const first = Math.floor((lowest - missing) / step + 1e-9);
	const last = Math.max(first + 1, Math.ceil((highest + missing) / step - 1e-9));
	// From whole numbers: sums of steps drift.
	const ticks = Array.from({ length: last - first + 1 }, (_, place) =>
		Number(((first + place) * step).toPrecision(12)),
	);
	const [low, high] = [first * step, last * step];
	const scale = (value: number) => range[0] + ((value - low) / (high - low)) * (range[1] - range[0]);
	return Object.assign(scale, { ticks });
}

/** 1, 2 or 5 times a power of ten, not less than the rough step. */
function roundStep(rough: number): number {
	const power = 10 ** Math.floor(Math.log10(rough));
	return power * ([1, 2, 5].find((times) => times * power >= rough * (1 - 1e-9)) ?? 10);
}

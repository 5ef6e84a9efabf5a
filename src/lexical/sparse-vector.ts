/** The most dimensions a sparsevec may declare; term ids of an index stay far below. */
const DIMENSIONS = 1_000_000_000;

/** pgvector's text form of a sparse vector, `{1:0.5,7:2}/1000000000`. Places count from 1 and must ascend. */
export function sparseVector(entries: Iterable<[place: number, value: number]>): string {
	const sorted = [...entries].sort(([a], [b]) => a - b);
	// Most terms occur once, so that most values of a chunk are the same; writing one out costs more than all else here.
	const written = new Map<number, string>();
	const write = (value: number) => {
		const digits = written.get(value) ?? value.toPrecision(7);
		written.set(value, digits);
		return digits;
	};
	return `{${sorted.map(([place, value]) => `${place}:${write(value)}`).join(",")}}/${DIMENSIONS}`;
}

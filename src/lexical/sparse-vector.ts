/** The most dimensions a sparsevec may declare; term ids of an index stay far below. */
const DIMENSIONS = 1_000_000_000;

/** pgvector's text form of a sparse vector, `{1:0.5,7:2}/1000000000`. Places count from 1 and must ascend. */
export function sparseVector(entries: Iterable<[place: number, value: number]>): string {
	const sorted = [...entries].sort(([a], [b]) => a - b);
	return `{${sorted.map(([place, value]) => `${place}:${value.toPrecision(7)}`).join(",")}}/${DIMENSIONS}`;
}

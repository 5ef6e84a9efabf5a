/** Numbers in [0, 1) that look like chance and are the same for the same seed: mulberry32, by Tommy Ettinger (public domain). */
export function randomOf(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** The items in an order of chance (Fisher and Yates). */
export function shuffled<Item>(items: Item[], random: () => number): Item[] {
	const order = [...items];
	for (let left = order.length; left > 1; left--) {
		const drawn = Math.floor(random() * left);
		[order[left - 1], order[drawn]] = [order[drawn] as Item, order[left - 1] as Item];
	}
	return order;
}

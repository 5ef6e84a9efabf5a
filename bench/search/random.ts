/** A hash of text and seed, 32 bits (FNV-1a with a final mix): the same on every machine. */
export function hashOf(text: string, seed = 0): number {
	let hash = 0x811c9dc5 ^ seed;
	for (let place = 0; place < text.length; place++) {
		hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
	}
	hash ^= hash >>> 16;
	hash = Math.imul(hash, 0x85ebca6b);
	hash ^= hash >>> 13;
	return hash >>> 0;
}

/** A number of the standard normal distribution (Box & Muller 1958). */
export function gaussian(random: () => number): number {
	return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

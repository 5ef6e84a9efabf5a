/**
 * A copy that the database's JSON can hold: U+0000 and half surrogate pairs, which a model may write, become U+FFFD. Of what
 * clients send the same is refused, because they can change it.
 */
export function storable<T>(value: T): T {
	return JSON.parse(JSON.stringify(value, (_key, member) => (typeof member === "string" ? mended(member) : member)));
}

function mended(text: string): string {
	return text.toWellFormed().replaceAll("\0", "\uFFFD");
}

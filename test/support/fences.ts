/** Letters of other scripts, as a reader takes them who does not look closely. */
const LOOKS_LIKE: Record<string, string> = { е: "e", х: "x", с: "c", р: "p", г: "r", т: "t" };

/**
 * Where a text has what could be read as our tag: without unseen letters, in plain ones, entities resolved. Written apart
 * from what the service does about it, so that one checks the other.
 */
export function findFences(text: string): string[] {
	const seen = text
		.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")
		.replaceAll(/&lt;?|&#0*60;?|&#x0*3c;?|\\u003c/gi, "<")
		.normalize("NFKC")
		.toLowerCase()
		.replaceAll(/[ехсргт]/g, (letter) => LOOKS_LIKE[letter] as string);
	return [...seen.matchAll(/[<‹〈⟨]\s*[/\\⁄∕]?\s*e\s*x\s*c\s*e\s*r\s*p\s*t/g)].map(([found]) => found);
}

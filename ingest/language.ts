import type { ChunkDraft } from "../src/types.ts";

type Detector = typeof import("eld/extrasmall")["eld"];

/** Postgres' text search configurations that stem, from version 15 on, by ISO 639-1. */
const CONFIGURATIONS: Record<string, string> = {
	ar: "arabic",
	ca: "catalan",
	da: "danish",
	de: "german",
	el: "greek",
	en: "english",
	es: "spanish",
	eu: "basque",
	fi: "finnish",
	fr: "french",
	hi: "hindi",
	hu: "hungarian",
	hy: "armenian",
	it: "italian",
	lt: "lithuanian",
	nl: "dutch",
	no: "norwegian",
	pt: "portuguese",
	ro: "romanian",
	ru: "russian",
	sr: "serbian",
	sv: "swedish",
	ta: "tamil",
	tr: "turkish",
};

/** Below this many characters a name or a foreign word decides. */
const ENOUGH = 50;
/** Two halves of a chunk are judged, so it needs twice as much and more. */
const ENOUGH_TO_DIFFER = 200;
const SAMPLE = 10_000;
/** Language shows in the first lines of a chunk; the detector reads 6 MB a second. */
const CHUNK_SAMPLE = 400;

/**
 * The text search configuration for a document, told from the middle of a part of its text; `fallback` where that is too
 * short to tell, or in a language without one.
 */
export async function languageOfDocument(text: string, fallback: string): Promise<string> {
	const start = Math.max(0, (text.length - SAMPLE) >> 1);
	return configurationOf(await loadDetector(), text.slice(start, start + SAMPLE), ENOUGH) ?? fallback;
}

/** While chunks are in the document's language only every so many-th is looked at. */
const CHECK_EVERY = 12;

/**
 * The configurations of a document's chunks: the document's, unless a chunk is without doubt in another language, as in
 * manuals that say all in several. A list of names looks foreign too, but its halves to different nations; rows and
 * records are hardly sentences, and are not looked at.
 */
export class ChunkLanguages {
	readonly #document: string;
	#foreign = false;
	#seen = 0;

	constructor(documentLanguage: string) {
		this.#document = documentLanguage;
	}

	/** Of the next chunks in order. */
	async of(chunks: Pick<ChunkDraft, "text" | "location">[]): Promise<string[]> {
		const detector = await loadDetector();
		return chunks.map(({ text, location }) => {
			if (location.row_start !== undefined || location.json_pointer !== undefined) return this.#document;
			if (!this.#foreign && this.#seen++ % CHECK_EVERY !== 0) return this.#document;
			const language = this.#languageOf(detector, text.slice(0, CHUNK_SAMPLE));
			this.#foreign = language !== this.#document;
			return language;
		});
	}

	#languageOf(detector: Detector, sample: string): string {
		const own = configurationOf(detector, sample, ENOUGH_TO_DIFFER);
		if (own === undefined || own === this.#document) return this.#document;
		const middle = sample.length >> 1;
		const halves = [sample.slice(0, middle), sample.slice(middle)];
		return halves.every((half) => configurationOf(detector, half, 0) === own) ? own : this.#document;
	}
}

function configurationOf(detector: Detector, text: string, enough: number): string | undefined {
	if (text.length < enough) return undefined;
	const found = detector.detect(text);
	return found.isReliable() ? CONFIGURATIONS[found.language] : undefined;
}

let loading: Promise<Detector> | undefined;

/** Its n-grams take 0.1 s and 80 MB: only a worker that ingests loads them. */
function loadDetector(): Promise<Detector> {
	loading ??= import("eld/extrasmall").then(({ eld }) => eld);
	return loading;
}

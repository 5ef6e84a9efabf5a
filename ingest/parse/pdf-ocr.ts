import { type Ocr, startOcr } from "./ocr.ts";
import { readUpright } from "./ocr-upright.ts";
import { ocrWords } from "./ocr-words.ts";
import type { PdfDocument } from "./pdf-document.ts";
import type { PageContent, Word } from "./pdf-page.ts";
import { picturesOf } from "./pdf-pictures.ts";
import { renderPart, renderScale } from "./pdf-render.ts";

/** Reads the pictures of a document's pages; starts OCR when the first one comes. */
export class PictureReader {
	readonly #document: PdfDocument;
	readonly #languages: string[];
	#ocr: Ocr | undefined;

	constructor(document: PdfDocument, languages: string[]) {
		this.#document = document;
		this.#languages = languages;
	}

	/** The page with the words of its pictures; one without a text layer has them as its text. */
	async read(number: number, content: PageContent): Promise<PageContent> {
		const pictures: Word[][] = [];
		for (const box of picturesOf(content)) {
			this.#ocr ??= await startOcr(this.#languages);
			const scale = renderScale(box);
			const draw = (quarters: number) =>
				this.#document.withPage(number, (pdfium, page) => renderPart(pdfium, page, box, scale, quarters));
			const result = await readUpright(this.#ocr, draw);
			const words = result ? ocrWords(result.page, 1 / scale, box.left, box.top) : [];
			if (words.length > 0) pictures.push(words);
		}
		if (content.words.length > 0 || pictures.length === 0) return { ...content, pictures };
		return { ...content, words: pictures.flat(), rules: [] };
	}

	async close(): Promise<void> {
		await this.#ocr?.close();
	}
}

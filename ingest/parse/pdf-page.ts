/** A run of characters without a space. Points as the page is shown and its text read; `y` is the baseline, downwards. */
export type Word = {
	text: string;
	x: number;
	right: number;
	y: number;
	/** Size of the type, in points. */
	size: number;
	bold: boolean;
	/** True where the file says that the word goes on in the next line (a soft hyphen). */
	cut: boolean;
	/** It was read from an image. */
	ocr?: true;
};

/** A rectangle of the page as it is shown, in points, `y` downwards. */
export type Box = { left: number; top: number; right: number; bottom: number };

/** What stands on a page, as far as its layout goes. */
export type PageContent = {
	/** Quarters by which the page was turned so that its text runs to the right; `shown` is its size before. */
	turns: number;
	shown: { width: number; height: number };
	width: number;
	height: number;
	words: Word[];
	/** Words that run in another direction than most of the page, each direction by itself and turned upright. */
	asides: Word[][];
	/** Thin lines and the edges of boxes. */
	rules: Box[];
	/** In the page as it is shown. */
	images: Box[];
	/** The words that OCR has found in each of them. */
	pictures: Word[][];
	/** False where the page holds more text than a page can. */
	complete: boolean;
};

import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createWorker, OEM } from "tesseract.js";
import { languageData, requireLanguages } from "./ocr-languages.ts";
import type { OcrPage } from "./ocr-words.ts";

/** Reads text in images: a file's bytes in a format that Leptonica knows (PNG, JPEG, TIFF, WebP, PNM). */
export type Ocr = {
	read: (image: Buffer) => Promise<OcrPage>;
	close: () => Promise<void>;
};

/**
 * Starts Tesseract, in a thread of this process, so that the process's limits of memory and time hold for it too.
 * The languages' data come from their npm packages: nothing is downloaded.
 */
export async function startOcr(languages: string[]): Promise<Ocr> {
	requireLanguages(languages);
	const folder = await mkdtemp(join(tmpdir(), "excerpt-ocr-"));
	try {
		// Tesseract.js reads all languages from one folder; each package has its own.
		for (const language of languages) {
			const file = languageData(language);
			if (file) await copyFile(file, join(folder, basename(file)));
		}
		const options = { langPath: folder, cacheMethod: "none", gzip: true, errorHandler: () => {} };
		const worker = await createWorker(languages, OEM.LSTM_ONLY, options);
		await worker.setParameters({ user_defined_dpi: "300" });
		return {
			read: async (image) => (await worker.recognize(image, { rotateAuto: true }, { blocks: true, text: false })).data,
			close: async () => {
				await worker.terminate();
			},
		};
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

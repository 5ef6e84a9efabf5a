import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createWorker, OEM } from "tesseract.js";
import { ExcerptError } from "../../src/errors.ts";
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
	const folder = await mkdtemp(join(tmpdir(), "excerpt-ocr-"));
	try {
		// Tesseract.js reads all languages from one folder; each package has its own.
		for (const language of languages) {
			const file = `${language}.traineddata.gz`;
			await copyFile(languageData(language, file), join(folder, file));
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

function languageData(language: string, file: string): string {
	const name = `@tesseract.js-data/${language}`;
	try {
		const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
		// A third of the size of the other model, which also carries the data of Tesseract's former engine.
		return join(folder, "4.0.0_best_int", file);
	} catch (error) {
		throw new ExcerptError("configuration", `OCR_LANGUAGES names ${language}: install the npm package ${name}`, {
			cause: error,
		});
	}
}

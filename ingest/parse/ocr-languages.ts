import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ExcerptError } from "../../src/errors.ts";

/** Where a language's data is, if its npm package is installed. */
export function languageData(language: string): string | undefined {
	try {
		const folder = dirname(createRequire(import.meta.url).resolve(`${packageOf(language)}/package.json`));
		// A third of the size of the other model, which also carries the data of Tesseract's former engine.
		return join(folder, "4.0.0_best_int", `${language}.traineddata.gz`);
	} catch {
		return undefined;
	}
}

/** Throws `configuration` where a language's data is not installed, and says how to install all that is missing. */
export function requireLanguages(languages: string[]): void {
	const missing = languages.filter((language) => languageData(language) === undefined);
	if (missing.length === 0) return;
	const packages = missing.map(packageOf).join(" ");
	throw new ExcerptError(
		"configuration",
		`OCR_LANGUAGES names ${missing.join(", ")}, and ${packages} ${missing.length > 1 ? "are" : "is"} not installed. Run "npm install ${packages}" in Excerpt's folder, or take the language out of OCR_LANGUAGES, or set OCR=off.`,
	);
}

function packageOf(language: string): string {
	return `@tesseract.js-data/${language}`;
}

/**
 * Text as it goes into to_tsvector, for chunks and questions alike. Postgres' parser keeps `price/performance`,
 * `house.gov` and `snake_case` whole, so that none of their words could be found.
 */
export function searchable(text: string): string {
	return text
		.normalize("NFKC")
		.replace(/[/\\_|]+/g, " ")
		.replace(/(?<=\p{L}{2})[.:](?=\p{L}{2})/gu, " ");
}

/** As `searchable`, for names of files and titles: words also split where letters meet digits (FY2018 meets 2018_10K). */
export function searchableName(text: string): string {
	return searchable(text)
		.replace(/[-.]+/g, " ")
		.replace(/(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})/gu, " ");
}

/** A file's name without the extension, which says nothing about its content. */
export function nameWithoutExtension(filename: string): string {
	return filename.replace(/\.[A-Za-z0-9]{1,5}$/, "");
}

type Options = { title?: string };

/** A PDF with one page for each list of lines; a line is set at 12 points, "" leaves a line's space. */
export function tinyPdf(pages: string[][], { title }: Options = {}): Buffer {
	const objects: string[] = [];
	const add = (body: string) => objects.push(body);
	const kids = pages.map((_, index) => `${4 + 2 * index} 0 R`).join(" ");
	add("<< /Type /Catalog /Pages 2 0 R >>");
	add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
	add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
	for (const [index, lines] of pages.entries()) {
		const content = lines.map((line, row) => `BT /F1 12 Tf 72 ${720 - 14 * row} Td (${line}) Tj ET`).join("\n");
		add(
			`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * index} 0 R >>`,
		);
		add(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
	}
	if (title !== undefined) add(`<< /Title (${title.replace(/[\\()]/g, "\\$&")}) >>`);

	let text = "%PDF-1.4\n";
	const offsets = objects.map((body, index) => {
		const offset = text.length;
		text += `${index + 1} 0 obj\n${body}\nendobj\n`;
		return offset;
	});
	const xref = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
	const info = title === undefined ? "" : ` /Info ${objects.length} 0 R`;
	const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R${info} >>\nstartxref\n${text.length}\n%%EOF\n`;
	return Buffer.from(`${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${xref}${trailer}`, "latin1");
}

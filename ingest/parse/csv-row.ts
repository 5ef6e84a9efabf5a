/** A header row as names: blank ones become `column 3`, repeated ones get their count, as in `total (2)`. */
export function columnNames(header: string[]): string[] {
	const names: string[] = [];
	const used = new Set<string>();
	for (const [index, field] of header.entries()) {
		const base = oneLine(field) || `column ${index + 1}`;
		let name = base;
		for (let n = 2; used.has(name); n++) name = `${base} (${n})`;
		used.add(name);
		names.push(name);
	}
	return names;
}

/** A row as "Column: value; Column: value" on one line. Empty values are left out; fields past the header are `column 7`. */
export function rowText(columns: string[], fields: string[]): string {
	const parts: string[] = [];
	for (const [index, field] of fields.entries()) {
		const value = oneLine(field);
		if (value !== "") parts.push(`${columns[index] ?? `column ${index + 1}`}: ${value}`);
	}
	return parts.join("; ");
}

function oneLine(field: string): string {
	return field.replace(/\s*\n\s*/g, " ").trim();
}

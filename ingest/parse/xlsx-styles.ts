import { readXmlText } from "./xml.ts";

/** How a number is shown: as it is, or as what its number format makes of it. */
export type NumberFormat = "number" | "date" | "time" | "datetime" | "duration" | "percent" | { digits: number };

/** The formats that every workbook has without defining them (ECMA-376, 18.8.30; 27 to 58 are East Asian dates). */
function builtIn(id: number): NumberFormat {
	if (id === 9 || id === 10) return "percent";
	if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)) return "date";
	if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47) return "time";
	if (id === 22) return "datetime";
	return id === 46 ? "duration" : "number";
}

/** What a format code such as `yyyy-mm-dd;@` or `[h]:mm` shows. */
export function formatOfCode(code: string): NumberFormat {
	if (/^0{2,}$/.test(code)) return { digits: code.length };
	const bare = code
		.replace(/"[^"]*"|\\.|[_*]./g, "")
		.replace(/am\/pm|a\/p/gi, "h")
		.replace(/;.*/s, "");
	if (/\[(h+|m+|s+)\]/i.test(bare)) return "duration";
	const letters = bare.replace(/\[[^\]]*\]/g, "").toLowerCase();
	if (letters === "general") return "number";
	if (letters.includes("%")) return "percent";
	const time = /[hs]/.test(letters);
	// An m is a month, beside hours or seconds a minute.
	const date = /[yd]/.test(letters) || (!time && letters.includes("m"));
	if (date) return time ? "datetime" : "date";
	return time ? "time" : "number";
}

/** The number format of each cell style, by the index that cells give in `s`. */
export function cellFormats(styles: string): NumberFormat[] {
	const codes = new Map<number, NumberFormat>();
	const formats: NumberFormat[] = [];
	let inCells = false;
	readXmlText(styles, {
		open(name, attributes) {
			if (name === "numFmt") codes.set(Number(attributes.numFmtId), formatOfCode(attributes.formatCode ?? ""));
			else if (name === "cellXfs") inCells = true;
			else if (name === "xf" && inCells) {
				const id = Number(attributes.numFmtId ?? 0);
				formats.push(codes.get(id) ?? builtIn(id));
			}
		},
		close(name) {
			if (name === "cellXfs") inCells = false;
		},
	});
	return formats;
}

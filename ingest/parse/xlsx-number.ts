import type { NumberFormat } from "./xlsx-styles.ts";

const DAY = 86_400;

/**
 * A cell's number as text: dates and times in ISO 8601, percentages with their sign, numbers that are filled with zeros
 * (postal codes) so, all others plain and without the noise of binary fractions (0.30000000000000004).
 */
export function numberText(raw: string, format: NumberFormat, date1904: boolean): string {
	const value = Number(raw);
	if (raw.trim() === "" || !Number.isFinite(value)) return raw;
	// Longer whole numbers are identifiers that Excel did not write.
	if (format === "number") return /^-?\d+$/.test(raw) ? raw : plain(value);
	if (format === "percent") return `${plain(value * 100)}%`;
	if (typeof format === "object") {
		return Number.isInteger(value) && value >= 0 ? String(value).padStart(format.digits, "0") : plain(value);
	}
	const seconds = Math.round(value * DAY);
	if (format === "duration") return `${seconds < 0 ? "-" : ""}${clock(Math.abs(seconds))}`;
	// Excel knows no dates before 1900 and none after 9999.
	if (value < 0 || value >= 2_958_466) return plain(value);
	const time = clock(seconds % DAY);
	if (value < 1 && format !== "date") return time;
	const date = isoDate(Math.floor(seconds / DAY), date1904);
	const showsTime = format === "time" || format === "datetime" ? true : seconds % DAY !== 0;
	return showsTime && !(format === "datetime" && seconds % DAY === 0) ? `${date}T${time}` : date;
}

/** Excel keeps 15 digits. */
function plain(value: number): string {
	return String(Number(value.toPrecision(15)));
}

/** Serial days count from 1904-01-01, or from 1899-12-31 with a 29 February 1900 that never was. */
function isoDate(days: number, date1904: boolean): string {
	const start = date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, days < 60 ? 31 : 30);
	return new Date(start + days * DAY * 1000).toISOString().slice(0, 10);
}

function clock(seconds: number): string {
	const two = (n: number) => String(n).padStart(2, "0");
	return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

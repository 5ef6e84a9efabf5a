import type { JsonNode } from "./json-node.ts";

type Container = Exclude<JsonNode, { type: "scalar" }>;

/**
 * A geometry in a line: "Point 8.54, 47.37", "Polygon of 421 positions from 5.96, 45.82 to 10.49, 47.81" (the corners of
 * its bounding box: west, south to east, north). Thousands of coordinates answer no question in words.
 */
export function describeGeometry(geometry: Container): string {
	let type = "geometry";
	const positions = new Positions();
	const parts: string[] = [];
	for (const [key, value] of geometry.children()) {
		if (key === "type" && value.type === "scalar") type = value.text;
		else if (key === "coordinates" && value.type === "array") positions.add(value);
		else if (key === "geometries" && value.type === "array") {
			for (const [, part] of value.children()) if (part.type === "object") parts.push(describeGeometry(part));
		}
	}
	if (parts.length > 0) return `${type} of ${parts.slice(0, 20).join("; ")}${parts.length > 20 ? "; …" : ""}`;
	return `${type}${positions}`;
}

/** Counts positions and keeps their bounding box and, with the file's own digits, the first. */
class Positions {
	#count = 0;
	#first = "";
	#west = Number.POSITIVE_INFINITY;
	#south = Number.POSITIVE_INFINITY;
	#east = Number.NEGATIVE_INFINITY;
	#north = Number.NEGATIVE_INFINITY;

	add(array: Container, depth = 0): void {
		const position: string[] = [];
		for (const [, value] of array.children()) {
			if (value.type === "scalar") position.push(value.text);
			// A MultiPolygon is four arrays deep; a file that is deeper is not followed.
			else if (value.type === "array" && depth < 6) this.add(value, depth + 1);
		}
		const [x, y] = [Number(position[0]), Number(position[1])];
		if (position.length < 2 || Number.isNaN(x) || Number.isNaN(y)) return;
		if (this.#count++ === 0) this.#first = position.join(", ");
		this.#west = Math.min(this.#west, x);
		this.#south = Math.min(this.#south, y);
		this.#east = Math.max(this.#east, x);
		this.#north = Math.max(this.#north, y);
	}

	toString(): string {
		if (this.#count === 0) return "";
		if (this.#count === 1) return ` ${this.#first}`;
		return ` of ${this.#count} positions from ${this.#west}, ${this.#south} to ${this.#east}, ${this.#north}`;
	}
}

import type { Location, Piece } from "../../src/types.ts";
import { LabelFinder, shortLabel } from "./json-label.ts";
import type { JsonNode } from "./json-node.ts";

/** Containers within containers; deeper files are machines' work that nobody asks questions about, or an attack. */
const DEEPEST = 500;
/** A block of members is cut between lines beyond this many characters, a list of scalars between its items. */
const LONG = 4000;

class TooDeep extends Error {}

/** True where a value was nested too deep: for the walker, or before it for JSON.parse with a reviver, which recurses. */
export function isTooDeep(error: unknown): boolean {
	return error instanceof TooDeep || (error instanceof RangeError && error.message.startsWith("Maximum call stack"));
}

type Container = Exclude<JsonNode, { type: "scalar" }>;
type Open = { children: Iterator<[string | number, JsonNode]>; pointer: string; path: string[] };

/** Where a walk begins: the pointer of its root, and what its blocks' locations have besides. */
export type WalkStart = { pointer: string; location?: Location; onLabel?: (label: string) => void };

/**
 * A JSON value as pieces, depth first. Every container is a `record` block of its scalar members as lines "key: value"
 * and a line "key: 8 items" for each array it holds; then come the containers themselves. Arrays of scalars stand in
 * their parent's block as "key: a, b, c". A `json_pointer` is that of the object (or array) the block speaks of;
 * `headings` are the labels or keys above it.
 * Returns the root's own label, if it has one. Throws `TooDeep` beyond 500 levels, and what the node's children throw.
 */
export function* walkJson(root: JsonNode, start: WalkStart = { pointer: "" }): Generator<Piece, string | undefined> {
	if (root.type === "scalar") {
		yield* block([root.text || '""'], start, start.pointer, []);
		return undefined;
	}
	const stack: Open[] = [];
	const rootPath = yield* own(root, start, start.pointer, [], undefined);
	if (rootPath[0] !== undefined) start.onLabel?.(rootPath[0]);
	stack.push({ children: root.children()[Symbol.iterator](), pointer: start.pointer, path: rootPath });
	for (let open = stack.at(-1); open; open = stack.at(-1)) {
		const next = open.children.next();
		if (next.done) {
			stack.pop();
			continue;
		}
		const [key, node] = next.value;
		if (node.type === "scalar") continue;
		if (stack.length >= DEEPEST) throw new TooDeep();
		const pointer = `${open.pointer}/${escapePointer(key)}`;
		const named = typeof key === "string" ? key : undefined;
		const path = yield* own(node, start, pointer, open.path, named);
		stack.push({ children: node.children()[Symbol.iterator](), pointer, path });
	}
	return rootPath[0];
}

/** Yields the container's own block and returns the path of labels for what is inside it. */
function* own(
	node: Container,
	start: WalkStart,
	pointer: string,
	above: string[],
	key: string | undefined,
): Generator<Piece, string[]> {
	const path = key === undefined ? above : [...above, shortLabel(key)];
	if (node.type === "object") {
		const label = new LabelFinder();
		yield* block(objectLines(node, label), start, pointer, path);
		return label.best === undefined ? path : [...above, label.best];
	}
	const { count, flat } = survey(node);
	if (!flat) {
		// An array under a key is counted in its parent's block.
		yield* block(arrayLines(node, key === undefined ? count : undefined), start, pointer, path);
	} else if (key === undefined) {
		yield* block(count === 0 ? ["0 items"] : lists(node, ""), start, pointer, path);
	}
	return path;
}

function* objectLines(node: Container, label: LabelFinder): Generator<string> {
	let empty = true;
	for (const [key, child] of node.children()) {
		empty = false;
		const name = oneLine(String(key));
		if (child.type === "scalar") {
			label.see(String(key), child.text);
			yield `${name}: ${child.text || '""'}`;
		} else if (child.type === "array") {
			const { count, flat } = survey(child);
			if (flat && count > 0) yield* lists(child, `${name}: `);
			else yield `${name}: ${items(count)}`;
		}
	}
	if (empty) yield "0 members";
}

/** The scalars among containers are named by their index, so that they can be told from the rest. */
function* arrayLines(node: Container, count: number | undefined): Generator<string> {
	if (count !== undefined) yield items(count);
	for (const [key, child] of node.children()) if (child.type === "scalar") yield `${key}: ${child.text || '""'}`;
}

/** "key: a, b, c", as several such lines where the list is long. */
function* lists(node: Container, prefix: string): Generator<string> {
	let line = "";
	for (const [, child] of node.children()) {
		if (child.type !== "scalar") continue;
		const item = oneLine(child.text) || '""';
		if (line !== "" && line.length + item.length > LONG) {
			yield line;
			line = "";
		}
		line += line === "" ? prefix + item : `, ${item}`;
	}
	if (line !== "") yield line;
}

/** How many members a container has, and whether all are scalars. */
function survey(node: Container): { count: number; flat: boolean } {
	let count = 0;
	let flat = true;
	for (const [, child] of node.children()) {
		count++;
		flat &&= child.type === "scalar";
	}
	return { count, flat };
}

/** Lines as one block, or several where they are many. */
function* block(lines: Iterable<string>, start: WalkStart, pointer: string, path: string[]): Generator<Piece> {
	const location: Location = { ...start.location, json_pointer: pointer };
	if (path.length > 0) location.headings = path.length <= 4 ? path : [...path.slice(0, 1), ...path.slice(-3)];
	let text = "";
	for (const line of lines) {
		if (text !== "" && text.length + line.length > LONG) {
			yield { kind: "record", text, location };
			yield { kind: "gap", text: "\n" };
			text = "";
		}
		text += text === "" ? line : `\n${line}`;
	}
	if (text === "") return;
	yield { kind: "record", text, location };
	yield { kind: "gap", text: "\n\n" };
}

function items(count: number): string {
	return count === 1 ? "1 item" : `${count} items`;
}

function oneLine(text: string): string {
	return text.replace(/\s*\n\s*/g, " ");
}

/** A key as a reference token of RFC 6901. */
function escapePointer(key: string | number): string {
	return typeof key === "number" ? String(key) : key.replaceAll("~", "~0").replaceAll("/", "~1");
}

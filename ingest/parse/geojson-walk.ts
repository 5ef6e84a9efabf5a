import type { Piece } from "../../src/types.ts";
import { describeGeometry } from "./geojson-geometry.ts";
import type { JsonNode } from "./json-node.ts";
import { type WalkStart, walkJson } from "./json-walk.ts";

type Container = Exclude<JsonNode, { type: "scalar" }>;
type Member = [key: string | number, node: JsonNode];

/** True for a feature or a collection of them (RFC 7946); other JSON has a `type` too. */
export function isGeoJson(root: JsonNode): boolean {
	if (root.type !== "object") return false;
	const type = typeOf(root);
	return type === "FeatureCollection" || type === "Feature";
}

/**
 * As `walkJson`, feature by feature: one `record` of a feature's properties and its geometry in a line, "geometry:
 * Polygon of 421 positions from 5.96, 45.82 to 10.49, 47.81", with the feature's pointer. Containers among the
 * properties follow as records of their own.
 */
export function walkGeoJson(root: JsonNode, start?: WalkStart): Generator<Piece, string | undefined> {
	return walkJson(simplified(root), start);
}

/** A node whose features are flat; what is inside is looked at only when it is asked for. */
function simplified(node: JsonNode): JsonNode {
	if (node.type === "scalar") return node;
	return { type: node.type, children: () => (typeOf(node) === "Feature" ? featureMembers(node) : simplifiedAll(node)) };
}

function* simplifiedAll(node: Container): Generator<Member> {
	for (const [key, value] of node.children()) yield [key, simplified(value)];
}

function* featureMembers(feature: Container): Generator<Member> {
	for (const [key, value] of feature.children()) {
		if (key === "type") continue;
		if (key === "geometry" && value.type === "object") {
			yield [key, { type: "scalar", text: describeGeometry(value) }];
		} else if (key === "properties" && value.type === "object") {
			for (const member of value.children()) if (!isDeep(member[1])) yield member;
			const [deep] = deepMembers(value);
			if (deep) yield [key, { type: "object", children: () => deepMembers(value) }];
		} else yield [key, value];
	}
}

function* deepMembers(node: Container): Generator<Member> {
	for (const member of node.children()) if (isDeep(member[1])) yield member;
}

/** True for an object and for an array with containers in it: they need a record, and a pointer, of their own. */
function isDeep(node: JsonNode): boolean {
	if (node.type !== "array") return node.type === "object";
	for (const [, child] of node.children()) if (child.type !== "scalar") return true;
	return false;
}

/** An object's `type`, if it is a string or the like. */
function typeOf(node: Container): string | undefined {
	if (node.type !== "object") return undefined;
	for (const [key, value] of node.children())
		if (key === "type") return value.type === "scalar" ? value.text : undefined;
	return undefined;
}

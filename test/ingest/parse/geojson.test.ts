import { describe, expect, test } from "vitest";
import { readJson } from "../../../ingest/parse/json.ts";
import { read, stored } from "./read.ts";

const SQUARE = [
	[
		[5.5, 45.25],
		[10, 45.25],
		[10, 47.75],
		[5.5, 47.75],
		[5.5, 45.25],
	],
];
const CITIES = {
	type: "FeatureCollection",
	features: [
		{
			type: "Feature",
			id: 7,
			properties: { name: "Zürich", tags: ["big", "old"], mayor: { name: "Corine", since: 2009 }, empty: null },
			geometry: { type: "Point", coordinates: [8.54, 47.37, 408] },
		},
		{ type: "Feature", properties: { name: "Box" }, geometry: { type: "Polygon", coordinates: SQUARE } },
		{
			type: "Feature",
			properties: null,
			geometry: {
				type: "GeometryCollection",
				geometries: [
					{ type: "Point", coordinates: [1, 2] },
					{ type: "MultiPolygon", coordinates: [SQUARE, SQUARE] },
				],
			},
		},
		{ type: "Feature", properties: { name: "Nowhere" }, geometry: null },
	],
};

const EXPECTED = [
	["", "type: FeatureCollection\nfeatures: 4 items"],
	["/features/0", "id: 7\nname: Zürich\ntags: big, old\nempty: null\ngeometry: Point 8.54, 47.37, 408"],
	["/features/0/properties/mayor", "name: Corine\nsince: 2009"],
	["/features/1", "name: Box\ngeometry: Polygon of 5 positions from 5.5, 45.25 to 10, 47.75"],
	[
		"/features/2",
		"properties: null\ngeometry: GeometryCollection of Point 1, 2; MultiPolygon of 10 positions from 5.5, 45.25 to 10, 47.75",
	],
	["/features/3", "name: Nowhere\ngeometry: null"],
];

describe("GeoJSON", () => {
	test.each(["a.geojson", "a.json"])("in %s gives a record for each feature, its geometry in a line", async (name) => {
		const { blocks } = await read(name, JSON.stringify(CITIES));
		expect(blocks.map(({ text, location }) => [location.json_pointer, text])).toEqual(EXPECTED);
		expect(blocks[2]?.location.headings).toEqual(["features", "Zürich", "properties", "mayor"]);
	});

	test("is read the same member by member, as large files are", async () => {
		const source = await stored("a.geojson", JSON.stringify(CITIES));
		const pieces = await Array.fromAsync(readJson(source, 16));
		const records = pieces.flatMap((piece) =>
			piece.kind === "gap" ? [] : [[piece.location.json_pointer, piece.text]],
		);
		expect(records).toEqual(EXPECTED);
	});

	test("of many positions stays short", async () => {
		const coordinates = Array.from({ length: 50_000 }, (_, i) => [i / 1000, 1]);
		const feature = { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } };
		const { text } = await read("a.geojson", JSON.stringify(feature));
		expect(text.trim()).toBe("geometry: LineString of 50000 positions from 0, 1 to 49.999, 1");
	});

	test("is not seen in other JSON that has a type", async () => {
		const { blocks } = await read("a.json", '{"type":"Point","coordinates":[1,2]}');
		expect(blocks[0]?.text).toBe("type: Point\ncoordinates: 1, 2");
	});
});

test("a .geojson file that is no JSON is refused as JSON is", async () => {
	await expect(read("a.geojson", '{"type":')).rejects.toMatchObject({ code: "invalid_file" });
});

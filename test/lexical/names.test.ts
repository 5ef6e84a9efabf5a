import { expect, test } from "vitest";
import { namesOf } from "../../src/lexical/names.ts";

test.each([
	["The report was sent to Marie Curie in Paris.", [["marie", "curie"], ["paris"]]],
	["Marie Curie found it.", [["marie", "curie"]]],
	["Returns are accepted.", []],
	["Shelley's poem is long.", [["shelley"]]],
	["President Obama spoke in May 2012.", [["obama"]]],
	["Das Buch liegt auf dem Tisch in der Küche.", []],
	[
		"Das Buch gehört Angela Merkel und der BMW AG.",
		[
			["angela", "merkel"],
			["bmw", "ag"],
		],
	],
	["It flies as A320 and iPhone.", [["a320"], ["iphone"]]],
	["She lives in Zürich and São Paulo", [["zurich"], ["sao", "paulo"]]],
	["他住在北京。", []],
])("the names of %j", (text, names) => {
	expect(namesOf(text)).toEqual(names);
});

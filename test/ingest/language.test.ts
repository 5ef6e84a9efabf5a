import { describe, expect, test } from "vitest";
import { ChunkLanguages, languageOfDocument } from "../../ingest/language.ts";
import type { Location } from "../../src/types.ts";

const GERMAN =
	"Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen. Jeder hat das Recht auf Leben, Freiheit und Sicherheit der Person.";
const ENGLISH =
	"All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and should act towards one another in a spirit of brotherhood. Everyone has the right to life, liberty and security of person.";

test.each([
	[GERMAN, "german"],
	[ENGLISH, "english"],
	["Tous les êtres humains naissent libres et égaux en dignité et en droits.", "french"],
	["Все люди рождаются свободными и равными в своём достоинстве и правах.", "russian"],
	["يولد جميع الناس أحراراً متساوين في الكرامة والحقوق. وقد وهبوا عقلاً وضميراً.", "arabic"],
	["Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw.", "dutch"],
	["Kurz und gut.", "dutch"],
	["308; 24; 136; 11 — 2015/2016: 5,346 and 1,813 and 66.4 and 81 and 206,436", "dutch"],
	["", "dutch"],
])("a document that says %j is %s, where it is dutch if it cannot be told", async (text, language) => {
	expect(await languageOfDocument(text, "dutch")).toBe(language);
});

const languagesOf = (texts: string[], documents: string, location: Location = {}) =>
	new ChunkLanguages(documents).of(texts.map((text) => ({ text, location })));
const languageOfChunk = async (text: string, documents: string) => (await languagesOf([text], documents))[0];

describe("a chunk", () => {
	test("is in its document's language", async () => {
		expect(await languageOfChunk(ENGLISH, "english")).toBe("english");
		expect(await languageOfChunk("Würde und Rechte", "english")).toBe("english");
	});

	test("or in its own where that is without doubt", async () => {
		expect(await languageOfChunk(GERMAN, "english")).toBe("german");
		expect(await languageOfChunk(ENGLISH, "german")).toBe("english");
	});

	test("but not where it is a list of names", async () => {
		const names =
			"Ban Ki-moon; John Hancock; Roosevelt; John F. Kennedy; Sebastián Piñera; Juan Manuel Santos; Miguel de la Madrid; Pierre Trudeau; Ellen Johnson Sirleaf; Benazir Bhutto; Horst Köhler; Yoweri Museveni; Wolfgang Amadeus Mozart";
		expect(await languageOfChunk(names, "english")).toBe("english");
	});

	test("or in that of the foreign ones around it, from the first that is looked at to the last", async () => {
		const texts = [...Array(12).fill(ENGLISH), ...Array(6).fill(GERMAN), ...Array(4).fill(ENGLISH)];
		expect(await languagesOf(texts, "english")).toEqual([
			...Array(12).fill("english"),
			...Array(6).fill("german"),
			...Array(4).fill("english"),
		]);
	});

	test("and in its document's where it is a row or a record", async () => {
		expect(await languagesOf([GERMAN], "english", { row_start: 1, row_end: 1 })).toEqual(["english"]);
		expect(await languagesOf([GERMAN], "english", { json_pointer: "/0" })).toEqual(["english"]);
	});
});

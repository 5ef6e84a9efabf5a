import iconv from "iconv-lite";
import { describe, expect, test } from "vitest";
import { parse } from "../../../ingest/parse/parse.ts";
import { collect, read, stored } from "./read.ts";

/** Article 1 of the Universal Declaration of Human Rights, in the languages whose encodings are told apart. */
const ARTICLE = {
	german: "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Das heißt: größer ist keiner – für 5 €.",
	french: "Tous les êtres humains naissent libres et égaux en dignité et en droits. Où est la forêt ? Déjà reçu.",
	polish:
		"Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem i sumieniem.",
	czech:
		"Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem a svědomím a mají spolu jednat.",
	russian: "Все люди рождаются свободными и равными в своём достоинстве и правах. Они наделены разумом и совестью.",
	greek: "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
	hebrew: "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון.",
	arabic: "يولد جميع الناس أحراراً متساوين في الكرامة والحقوق. وقد وهبوا عقلاً وضميراً.",
	japanese: "すべての人間は、生れながらにして自由であり、かつ、尊厳と権利とについて平等である。",
	korean: "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
	simplified: "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。",
	traditional: "人人生而自由,在尊嚴和權利上一律平等。他們賦有理性和良心,並應以兄弟關係的精神相對待。",
};
type Language = keyof typeof ARTICLE;

describe("text that does not say its encoding", () => {
	test.each<[Language, string]>([
		["german", "windows-1252"],
		["french", "windows-1252"],
		["polish", "windows-1250"],
		["polish", "iso-8859-2"],
		["czech", "windows-1250"],
		["russian", "windows-1251"],
		["russian", "koi8-r"],
		["russian", "iso-8859-5"],
		["greek", "iso-8859-7"],
		["hebrew", "windows-1255"],
		["arabic", "windows-1256"],
		["japanese", "shift_jis"],
		["japanese", "euc-jp"],
		["korean", "euc-kr"],
		["simplified", "gb18030"],
		["traditional", "big5"],
		["russian", "utf-16le"],
		["russian", "utf-16be"],
		["simplified", "utf-16le"],
		["arabic", "utf-16be"],
		["hebrew", "utf-8"],
	])("in %s is read as what it is: %s", async (language, encoding) => {
		const text = `${ARTICLE[language]}\n`;
		expect((await read("words.txt", iconv.encode(text, encoding, { addBOM: false }))).text).toBe(text);
	});

	test.each<[Language, string]>([
		["german", "windows-1252"],
		["russian", "windows-1251"],
		["russian", "koi8-r"],
		["greek", "iso-8859-7"],
		["hebrew", "windows-1255"],
		["japanese", "shift_jis"],
		["simplified", "gb18030"],
	])("in a table with English columns and a few words of %s is %s", async (language, encoding) => {
		const words = ARTICLE[language].split(/[\s,、。.]+/).slice(0, 6);
		const lines = Array.from({ length: 60 }, (_, i) => `${i},Item number ${i},${words[i % words.length]},USA`);
		const csv = `id,name,description,country\n${lines.join("\n")}\n`;
		const { blocks } = await read("items.csv", iconv.encode(csv, encoding));
		expect(blocks[1]?.text).toBe(`id: 1; name: Item number 1; description: ${words[1]}; country: USA`);
	});
});

test("right-to-left text stays in the order it is spoken, in every format", async () => {
	const words = `${ARTICLE.hebrew} (3) ${ARTICLE.arabic}`;
	expect((await read("a.txt", words)).text).toBe(words);
	expect((await read("a.md", `# ${words}`)).text).toBe(`# ${words}`);
	expect((await read("a.html", `<p dir="rtl">${words}</p>`)).blocks[0]?.text).toBe(words);
	expect((await read("a.csv", `שם,گیل\n"${words}",2\n`)).blocks[0]?.text).toBe(`שם: ${words}; گیل: 2`);
	expect((await read("a.json", JSON.stringify({ שם: words }))).blocks[0]?.text).toBe(`שם: ${words}`);
});

describe("the encoding that the user names", () => {
	const bytes = iconv.encode("Größe,Łódź\n1,ą\n", "iso-8859-2");
	const readAs = async (encoding: string) => collect(parse({ ...(await stored("a.csv", bytes)), csv: { encoding } }));

	test("is believed, without a warning", async () => {
		const { blocks, facts } = await readAs("ISO-8859-2");
		expect(blocks[0]?.text).toBe("Größe: 1; Łódź: ą");
		expect(facts.warnings).toEqual([]);
	});

	test("that nobody knows is refused", async () => {
		await expect(readAs("klingon")).rejects.toMatchObject({
			code: "invalid_file",
			message: expect.stringContaining("there is no such encoding"),
		});
	});

	test("does not leave its BOM in the text", async () => {
		const source = await stored("a.csv", "\uFEFFa,b\n1,2\n");
		const { text } = await collect(parse({ ...source, csv: { encoding: "utf8" } }));
		expect(text).toBe("a: 1; b: 2\n");
	});
});

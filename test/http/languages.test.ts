import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { citationsOf, fileSearch } from "../support/ask.ts";
import { indexOf, untilSettled } from "../support/index-state.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore, fixture } from "../support/upload.ts";

const TEXTS = {
	"garten.txt":
		"Die Stadtgärten öffnen im Frühling um sieben Uhr. Hunde müssen an der Leine geführt werden. Für Häuser am Ufer gelten die Verordnungen über den Hochwasserschutz, die jährlich überprüft werden.",
	"zoo.txt":
		"The zoo in Zürich opens at nine in the morning. Dogs are not allowed on its grounds. Visitors who die of curiosity may ask the keepers.",
	"library.txt":
		"The library lends every book for four weeks. Readers who return a book late pay a fee of one franc a day, and naïve excuses do not help.",
	"maktaba.txt":
		"تَفْتَحُ المكتبةُ العامّة أبوابها في الساعة الثامنة صباحًا. يمكن للقرّاء استعارة خمسة كتب لمدة ٢١ يومًا. يُمنع الأكل والشرب في قاعات القـــراءة.",
	"sifria.txt":
		"הספרייה הלאומית נפתחת בשעה תשע בבוקר. הקוראים רשאים לשאול חמישה ספרים. שָׁלוֹם רב לכל המבקרים באולם הגדול.",
	"doseogwan.txt":
		"도서관은 오전 아홉 시에 문을 엽니다. 독자는 책을 다섯 권까지 빌릴 수 있습니다. 열람실에서는 음식을 먹을 수 없습니다.",
	"hongsamut.txt": "ห้องสมุดเปิดเวลาเก้าโมงเช้า ผู้อ่านสามารถยืมหนังสือได้ห้าเล่ม ห้ามรับประทานอาหารในห้องอ่านหนังสือ",
	"biblioteka.txt":
		"Библиотека открывается в девять часов утра. Читатели могут взять на дом пять книг. В читальных залах нельзя разговаривать.",
	"pustakalaya.txt": "पुस्तकालय सुबह नौ बजे खुलता है। पाठक एक बार में पाँच किताबें ले सकते हैं। वाचनालय में भोजन करना मना है।",
	"manual.md": `# Manual\n\n${"Turn the knob to the left until the lamp is green. Do not open the lid while the motor runs. ".repeat(6)}\n\n# Handbuch\n\n${"Drehen Sie den Knopf nach links, bis die Lampe grün leuchtet. Öffnen Sie nicht den Deckel, während der Motor läuft. Reinigen Sie die Gehäuse nur mit Tüchern. ".repeat(6)}`,
};

let t: TestService;
let storeId: string;
beforeAll(async () => {
	t = await startTestService();
	storeId = (await createStore(t.client, TEXTS)).id;
	await untilSettled(t.service.db, (await indexOf(t.service.db, storeId)).id);
});
afterAll(() => t.stop());

const first = async (query: string) => (await t.client.vectorStores.search(storeId, { query })).data[0]?.filename;

test.each([
	["a German plural by its singular", "Haus und Ufer", "garten.txt"],
	["another German form of a word", "jährliche Verordnung", "garten.txt"],
	["a German question in a store of many languages", "Wann öffnet der Stadtgarten, Stadtgärten?", "garten.txt"],
	["a name without its umlaut in an English text", "Zurich", "zoo.txt"],
	["a name with an accent that the text has not", "líbrary", "library.txt"],
	["an English word that other languages drop", "die of curiosity", "zoo.txt"],
	["an English form of a word", "lending books", "library.txt"],
	["Arabic without the vowel signs of the text", "تفتح المكتبة", "maktaba.txt"],
	["Arabic with vowel signs that the text has not", "اِسْتِعارة كُتُب", "maktaba.txt"],
	["Arabic that the text stretches", "القراءة", "maktaba.txt"],
	["a number in other digits", "21", "maktaba.txt"],
	["Hebrew without points", "שלום", "sifria.txt"],
	["Hebrew with points that the text has not", "הַגָּדוֹל", "sifria.txt"],
	["a Korean noun without its particle", "도서관", "doseogwan.txt"],
	["a Thai word in the middle of a line", "หนังสือ", "hongsamut.txt"],
	["another Russian form of a word", "читальный зал", "biblioteka.txt"],
	["Hindi", "पाठक कितनी किताबें ले सकते हैं?", "pustakalaya.txt"],
])("finds %s: %s", async (_name, query, filename) => {
	expect(await first(query)).toBe(filename);
});

test("each part of a document in two languages is found by its own language's forms", async () => {
	const { data } = await t.client.vectorStores.search(storeId, { query: "Gehäusen reinigen mit einem Tuch" });
	expect(data[0]?.content[0]?.text).toContain("Reinigen Sie die Gehäuse");
});

test.each([
	["German", "Wie müssen Hunde geführt werden?", "Hunde müssen an der Leine geführt werden."],
	["Arabic", "كم كتابًا يمكن استعارة للقراء؟", "يمكن للقرّاء استعارة خمسة كتب لمدة ٢١ يومًا."],
	["Hebrew", "מתי נפתחת הספרייה הלאומית?", "הספרייה הלאומית נפתחת בשעה תשע בבוקר."],
	["Korean", "독자는 책을 몇 권까지 빌릴 수 있습니까?", "독자는 책을 다섯 권까지 빌릴 수 있습니다."],
	["Russian", "Сколько книг может взять читатель?", "Читатели могут взять на дом пять книг."],
	["Hindi", "पुस्तकालय कितने बजे खुलता है?", "पुस्तकालय सुबह नौ बजे खुलता है।"],
])("asked in %s, the answer cites the sentence word for word", async (_language, input, quote) => {
	const response = await t.client.responses.create({ model: "extractive", input, tools: [fileSearch(storeId)] });
	const [citation] = citationsOf(response);
	expect(citation?.quote).toBe(quote);
	const text = TEXTS[citation?.filename as keyof typeof TEXTS];
	expect(text.slice(citation?.start, citation?.end)).toBe(quote);
});

describe.each(["zh", "ja"])("%s", (language) => {
	const lines = (name: string) =>
		readFileSync(fixture(`languages/${language}/${name}`), "utf8")
			.trim()
			.split("\n");
	const paragraphs = lines("corpus.jsonl").map((line) => JSON.parse(line) as { id: string; text: string });
	const textOf = new Map(paragraphs.map(({ id, text }) => [id, text]));
	const relevant = new Map(lines("qrels.tsv").map((line) => line.split("\t") as [string, string]));
	const questions = lines("questions.jsonl").map((line) => {
		const { id, question } = JSON.parse(line) as { id: string; question: string };
		return { question, paragraph: textOf.get(relevant.get(id) ?? "") as string };
	});
	let store: string;
	beforeAll(async () => {
		const files = paragraphs.map(({ text }, place) => [`p${String.fromCharCode(97 + place)}.txt`, text]);
		store = (await createStore(t.client, Object.fromEntries(files))).id;
	});

	test("each question finds its paragraph first", async () => {
		for (const { question, paragraph } of questions) {
			const { data } = await t.client.vectorStores.search(store, { query: question });
			expect(data[0]?.content[0]?.text.trim(), question).toBe(paragraph);
		}
	});

	test("nearly each is answered, with a sentence of its paragraph, cited", async () => {
		let answered = 0;
		for (const { question, paragraph } of questions) {
			const response = await t.client.responses.create({
				model: "extractive",
				input: question,
				tools: [fileSearch(store)],
			});
			const [citation] = citationsOf(response);
			// Where it says the same in other words alone, the extractive model does not see it.
			if (citation) answered++;
			expect(paragraph, question).toContain(citation?.quote ?? "");
		}
		expect(answered / questions.length).toBeGreaterThan(0.9);
	});
});

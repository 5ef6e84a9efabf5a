/**
 * Words that a question and any sentence share whatever they are about, by language (ISO 639-1). Postgres' own lists go
 * into the index; these are for comparing two texts outside it.
 */
const STOP_WORDS: Record<string, string> = {
	en: `a about an and any are as at be been by can could did do does for from had has have he her his how i if in into is it
		its many me much must my of on or our she should so than that the their them then there these they this those to up
		was we were what when where which who whom whose why will with would you your`,
	de: `aber als am an auf aus bei beim bis das dass dem den denn der des die dies diese diesem diesen dieser dieses durch ein
		eine einem einen einer eines er es für hat hatte hatten habe haben ich ihm ihn ihr ihre ihren im in ist ja kann können
		man mit nach nicht noch nur oder sein seine seinen seiner sich sie sind so um und uns unter vom von vor wann war waren
		warum was welche welchem welchen welcher welches wem wen wenn wer werden wie wieso viel viele vielen wird wo wurde wurden zu zum
		zur über`,
	fr: `a au aux avec ce ces cet cette combien comment d dans de des du elle elles en est et eu il ils j je l la le les leur leurs
		lui m ma mais me mes n ne nos notre nous on ont ou où par pas pour pourquoi qu quand que quel quelle quelles quels qui
		quoi s sa se ses son sont sur t tu un une vos votre vous y à été était étaient être`,
	es: `a al algo ante como con cual cuales cuando cuanto cuantos cuál cuáles cuándo cuánta cuántas cuánto cuántos cómo de del desde
		donde dónde e el ella ellos en entre era eran es esa ese esta estaba este esto estos está están fue fueron ha han hasta
		hay la las le les lo los más me mi muy no nos o para pero por porque qué que quien quién quiénes se ser si sin sobre son
		su sus también te tiene un una uno y`,
	it: `a ai al alla alle allo anche c che chi ci come con cosa cui da dai dal dalla dalle degli dei del della delle dello di dove e
		ed era erano è fu furono gli ha hanno i il in io l la le lo loro ma nei nel nella nelle non o per perché più quale quali
		quando quanta quante quanti quanto questa queste questi questo se si sono stata stato su sua sue sugli sul sulla suo tra
		un una uno`,
	pt: `a ao aos as como com da das de do dos e é ela ele eles em entre era eram essa esse esta está estão este eu foi foram há
		isso isto já lhe mais mas me na não nas no nos nós o onde os ou para pela pelas pelo pelos por porque qual quais quando
		quanta quantas quanto quantos que quem se sem ser seu seus são sua suas também te tem um uma uns`,
	nl: `aan al als bij dan dat de deze die dit door een en er had hebben heeft het hij hoe hoeveel hun ik in is je kan maar me met
		naar niet nog nu of om onder ons ook op over te tot uit van veel voor waar waarom wanneer waren was wat we welk welke
		werd werden wie wij worden wordt zal ze zich zij zijn zo`,
	ru: `а без бы был была были было быть в вам вас во вот все всё вы где да для до его ее её если есть же за здесь и из или им их
		к как какая какие какой какое какую ко когда которая которые который кто куда ли мне много мы на над не него нее нет ни
		но о об он она они оно от по под почему при с сколько со так также там то того тоже только тот у уже чего чем что чтобы
		эта эти это этого этой этом этот я`,
	ar: `إلى أن أو أي أين التي الذي الذين إن ب ثم حتى ذلك على عن عند فقد في قد كان كانت كل كم كما كيف ل لا لقد لم لماذا لن له لها ما
		ماذا متى مع من منذ هذا هذه هل هم هناك هو هي و وقد`,
	zh: `的 了 是 在 和 与 或 也 都 就 要 会 可以 能 请 请问 吗 呢 吧 什么 哪 哪个 哪家 哪所 哪里 哪些 谁 几 多少 多久 怎么 怎样 如何 为什么 时候 什么时候 这 那 这个 那个
		有 没有 个 种 为 被 把 从 到 对 由 于 以 及 并 而 但 其 之 等 很 我 你 您 他 她 它 我们 你们 他们`,
	ja: `は が の を に で と も か や へ から まで より など です ます でした ました ません ない する し した して される され いる いる い ある あり なる なり れる られる
		こと もの ため よう これ それ あれ この その あの どの どれ どこ どう いつ 何 なに なん 誰 だれ なぜ いくつ いくら ください てください て た ば いい`,
};

const LISTS = new Map(
	Object.entries(STOP_WORDS).map(([language, words]) => [language, new Set(words.trim().split(/\s+/))]),
);

/** The language that most of the words are stop words of; undefined where none is. */
export function stopWordLanguage(words: string[]): string | undefined {
	let best: string | undefined;
	let most = 0;
	for (const [language, stops] of LISTS) {
		const count = words.filter((word) => stops.has(word)).length;
		if (count > most) [best, most] = [language, count];
	}
	return best;
}

/** The words without the stop words of their language, which is the one that has most of them. */
export function withoutStopWords(words: string[]): string[] {
	const stops = LISTS.get(stopWordLanguage(words) ?? "");
	return words.filter((word) => !stops?.has(word));
}

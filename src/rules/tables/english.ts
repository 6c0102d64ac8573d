/**
 * Words of one to six letters that stand in chat all the time. When a hit falls apart into pieces that are all among
 * them, it is most likely a sentence and no disguise: `my pen is`, `a bit choppy`, `as she it`.
 *
 * It holds inflected forms, what an apostrophe leaves (s, t, d, m, ll, ve, re), abbreviations, first names, and the
 * small words of other languages of Latin script. Deliberately left out: swear words and slurs, milder ones and names
 * that double as one included (a name that is only ever innocent beside other innocent words is no loss), and single
 * letters but for those that are words, because spelled-out words are made of them.
 */
const WORDS = [
  // Small words.
  "a i o u s t d m ll ve re an as at am be by do go he if in is it me my no of oh on or so to up us we ye ya the and for not but you are was his her him had has",
  "its our out she who how why did get got may can let now one two too yet off own per via any all few nor own some such than that then them they this thus what when with",
  "were your from have been into just like more most much many must near none once only onto over same said says very upon well will whom also back both does done down each else",
  "even ever here hers mine ours shall should could would might about above after again along among being below could every first found never other quite since still their there these thing",
  "think those three under until where which while whose within across almost always around before behind beside beyond during either except itself myself rather though through toward unless without",
  "aint isnt wasnt dont doesnt didnt cant couldn wouldn shouldn hasn haven hadn isn wasn aren weren don didn doesn won ain im ive id ill youre youve hes shes theyre thats whats lets",
  "yes no yeah yep yup nope nah ok okay hey hi hello bye ah aw eh er hm hmm huh mm oh ooh oops ouch ow uh um wow yay haha hehe lol lmao rofl omg btw imo imho idk idc tbh afaik brb",
  "gg wp gl hf ty thx thanks np pls plz u ur gonna wanna gotta kinda sorta lemme gimme dunno cuz cos coz bc tho thru til till bro dude guys guy sis pal mate sir maam mr mrs ms dr jr",
  "am pm asap fyi faq diy dm pm rt ft etc eg ie vs aka rip tv pc cd dvd usb app apps web www url id pin sms gps wifi lan ip os ui ux qa hr ceo usa uk eu un nyc la sf bbc fbi",
  // Verbs and their forms.
  "add adds added ask asks asked ate bake bat beat began begin bend bent bet bid bind bite bits blow blew book born bought bow break bring broke build built burn buy buys call calls called came",
  "care cares cast catch chat chats check chop choose clean click climb close cook cooks cost count cover cross cry cries cut cuts dance dare deal dealt deny die died dies dig dine dip draw drew drink",
  "drive drop drove dry earn eat eats eaten end ended ends enjoy enter fail fall falls fear feed feel feels fell felt fight fill find finds fish fit fits fix fixed fly flew fold follow forget gave",
  "give gives given goes going gone grab grew grow grows guess hang happen hate hates hear heard held help helps hide hit hits hold holds hope hopes hug hunt hurt join joke jump keep keeps kept kick",
  "kiss knew know knows known laid land last laugh lay lead learn leave led left lend lent let lets lie lied lies lift like liked likes listen live lived lives lock log look looks loved",
  "loves lose lost love made make makes making mark matter mean means meant meet meets met mind miss missed mix move moved moves need needs nod open opens order owe own pack paid paint park part pass",
  "passed pay pays pick picks plan plans play played plays please pop post posts pour pray press print prove pull push put puts quit ran reach read reads ready rent rest ride ring rise rode roll",
  "run runs rush said sail sale sang sat save saved saw say saying seal see seek seem seems seen sees sell send sends sent serve set sets sew shake share shine ship shop shot show shows shut sign",
  "sing sings sink sit sits skip sleep slept slip smell smile snow sold solve sort sound speak spell spend spent spoke stand start stay stays step stick stood stop stops study swim swam take takes",
  "taken talk talks taste teach tell tells test text thank threw throw tie tied told took touch tour train travel treat tried trip trust try trying turn turned turns type use used uses using visit vote wait",
  "waits wake walk walks want wants warm warn wash watch wear went win wins wish woke won work worked works worry wrap write wrote yell doing having getting coming taking giving saying eating buying",
  // Nouns.
  "act age air aim apple area arm arms army art aunt baby bag bags ball band bank bar base bath beach bean bear bed beds bee beef beer bell belt bike bill bird birds bit block blood board boat body",
  "bone books boot boots boss bottle bowl box boxes boy boys brain bread bridge brush bus cake cakes camera camp candy cap car card cards cars case cash cat cats cause cell cent centre chair chance",
  "change cheese child church circle city class clock cloth cloud club coat code coffee coin color colour corn corner couple course court cousin cow cows cream crew crowd cup cups dad dad dads dark data date dates",
  "day days desk dinner dish doctor dog dogs door dress dream dreams duck dust duty ear ears earth east edge egg eggs energy engine error event exam eye eyes face fact family fan fans farm",
  "father fee feet field file film fire floor flower food foot force forest form frame friend front fruit fun game games garden gas gate gift girl girls glass goal gold golf grade grass group guest hair",
  "half hall hand hands hat hats head heart heat height hen hill hole home honey horse hotel hour hours house ice idea ideas inch ink iron island item items jam job jobs judge juice key keys kid kids",
  "king kings knee knife lake lamp lane law leaf leg legs lesson letter level life light line lines link links lip lips list local lot lots luck lunch man map maps market math meal meat men menu",
  "metal middle mile miles milk minute model mom moms moment money month months moon mother mouse mouth movie mud mum music name names neck net news night nights noise north nose note notes number nurse oil",
  "onion orange oven owner page pages pain pair pan pants paper parent party pasta path peace peach pear pen pens pencil people pet pets phone photo piano pie piece pig pigs pilot pin pink pipe place plane",
  "plant plate player point police pool pork pot potato price prize queen rain rate record rice river road rock role roof room rooms rope rose rule salad salt sand sauce scene school score sea seat second",
  "shape sheep shirt shoe shoes side sister size skin skirt sky sleeve snake sock socks son song songs soul soup south space spoon sport spot spring square stage star stars state steak stone store storm",
  "story street style sugar suit summer sun table tail tax tea team teams tent term thumb ticket tiger time times tip tips title toe tomato tone tool tools tooth top topic town toy toys track tree trees truck",
  "trick uncle unit van video view voice wall war watch water way ways week weeks weight west wheel whole wife wind window wine wing winter woman women wood wool word words world worm yard year years zone zoo",
  // Qualities, colours, numbers, days.
  "able alive alone angry awake away aware bad best better big bigger black blind blue bold bored brave brief bright broad brown busy calm cheap chief choppy clear clever close cold common cool crazy cute daily dead dear",
  "deep dirty double dull dumb early easy empty equal evil exact extra fair false famous far fast fat final fine firm flat fond free fresh full funny glad good grand gray great green grey grown guilty handy",
  "happy hard healthy heavy hidden high holy honest hot huge human ideal ill joint keen kind large late later lazy least less light little lively local lone lonely long loose loud low lower lucky mad main major",
  "male mean mild minor modern narrow nasty native neat new newer next nice normal odd old older open oral other pale past plain poor pretty proud public pure quick quiet rare raw real really recent red rich right",
  "ripe rough round royal rude rural sad safe secret senior sharp short shy sick silent silly simple single slim slow small smart smooth social soft solid sore sorry spare steep sticky strict strong sudden super sure sweet",
  "tall tasty thick thin tidy tight tiny tired total tough true ugly upper upset urban urgent useful usual vague vast warm weak weird wet white wide wild wise wooden worse worst wrong yellow young",
  "zero one two three four five six seven eight nine ten eleven twelve third fourth fifth hundred dozen half once twice mon tue wed thu fri sat sun monday sunday friday jan feb mar apr may june july aug sep oct nov dec",
  "today soon often maybe later sooner ago ahead apart aside enough indeed instead mostly nearly ok only perhaps pretty simply somehow usually anyway anyone nobody no one everyone someone nothing anything either neither bit bits lot",
  // First names.
  "parc izan drut bulls al alan alex ali amy ana andy ann anna anne ava ben beth bill bob brad brian carl chad chen chris clara dan dana dave david dean diana don ed ella emil emily emma eric erik esra eva evan eve fred gary george",
  "glen greg hank harry helen henry ian isaac ivan jack jake james jane jason jay jean jeff jen jenny jerry jill jim joan joe joel john jon jose josh juan judy julia julie karen kate katie keith ken kevin kim kyle lana",
  "lara larry laura lee leo leon lena li lily linda lisa liz lucas lucy luis luke lynn maria mark mary matt max megan mia mike mila nancy nick nina noah nora olga oliver omar oscar otto owen pam pat paul pedro peter phil",
  "rachel ray rob robin roger ron rosa rosie roy ruth ryan sam sandra sara sarah scott sean sofia sonia sophie steve sue susan ted thomas tim tina todd tom tommy tony vera vic victor wei will yan zoe",
  // Small words of French, Spanish, Portuguese, Italian, German, Dutch, the Scandinavian languages, Turkish, pinyin.
  "la le les el los las lo un une una uno des du de et es est en em e y que qui quoi pas ne ni non oui je tu il elle nous vous ils sur sous dans par pour avec sans mais ou mon ton son ma ta sa mes tes ses ce cet",
  "ca ici si se te mi yo su sus por para con sin pero como muy mas bien hola ser ir soy eres fue da das do dos na nas nos ao aos um uma com sem mais nao sim eu ele ela voce che chi di da dal del della gli hai ha",
  "sono sei ma mio tuo suo poi piu ciao der die das den dem ein eine und ist sind war ich du er sie es wir ihr mit von zu zum zur auf aus bei im nicht auch nur noch wie was wer wo ja nein het een van op te aan dat",
  "dit niet maar ook og jeg er det den til av som har var med en ett ar att jag vi ni bu bir ve de da ne mi mu ben sen biz siz ile wo ni ta de le ma ba hao shi bu you zai men",
];

export const COMMON_ENGLISH: ReadonlySet<string> = new Set(
  WORDS.flatMap((line) => line.split(" ")).filter((word) => word.length <= 6),
);

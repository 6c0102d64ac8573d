/** Characters that close a Chinese phrase without meaning much: what they stand behind has ended. */
const PARTICLES = "吧啊呀了的吗呢啦嘛么哦喔哈呗咯嘞哇着过";

export function isParticle(text: string): boolean {
  return text !== "" && [...text].every((character) => PARTICLES.includes(character));
}

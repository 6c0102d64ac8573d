/** A browser and its system by name, from what it says of itself; what it says where neither is known. */
const browsers = [
  ["Edge", /\bEdg(?:A|iOS)?\//],
  ["WeChat", /\bMicroMessenger\//],
  ["Opera", /\bOPR\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /Chrom(?:e|ium)\/|\bCriOS\//],
  ["Safari", /\bSafari\//],
] as const;
const systems = [
  ["Windows", /\bWindows\b/],
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Android", /\bAndroid\b/],
  ["HarmonyOS", /\b(?:Open)?Harmony/],
  ["macOS", /\bMac OS X\b/],
  ["Linux", /\bLinux\b/],
] as const;

export function deviceName(said: string): string {
  const [browser, system] = [browsers, systems].map((names) => names.find(([, sign]) => sign.test(said))?.[0]);
  return [browser, system].filter((name) => name !== undefined).join(" · ") || said;
}

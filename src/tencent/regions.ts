/**
 * Where each region's REST API lives (https://cloud.tencent.com/document/product/269/1519). The wrong one answers 60026.
 */
export const regionHosts = {
  china: "console.tim.qq.com",
  singapore: "adminapisgp.im.qcloud.com",
  seoul: "adminapikr.im.qcloud.com",
  tokyo: "adminapijpn.im.qcloud.com",
  frankfurt: "adminapiger.im.qcloud.com",
  "silicon-valley": "adminapiusa.im.qcloud.com",
  jakarta: "adminapiidn.im.qcloud.com",
  mumbai: "adminapiind.im.qcloud.com",
} as const;

export type Region = keyof typeof regionHosts;

export const isRegion = (name: string): name is Region => Object.hasOwn(regionHosts, name);

/** The package comes without types; of what it has, this is what is used here. */
declare module "tls-sig-api-v2" {
  export class Api {
    constructor(sdkAppId: number, secretKey: string);
    /** @param expireSeconds has no default in the package: leaving it out signs an expiry of null. */
    genUserSig(userId: string, expireSeconds: number): string;
  }
}

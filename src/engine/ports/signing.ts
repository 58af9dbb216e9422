/** The Ed25519 key of a workspace: its private half is made once and never leaves the machine, its public half is for everybody. */
export interface Signing {
  /** Signs a text as UTF-8; the same text always gets the same signature. */
  sign(text: string): Promise<{ readonly keyId: string; readonly signature: string }>
  publicKey(): Promise<PublicKey>
  /** Makes the key that is to follow, or gives the one that was made; it signs nothing before it is adopted but its own announcement. */
  prepareNext(): Promise<PublicKey>
  /** The signature of the key that is to follow, in base64. */
  signAsNext(text: string): Promise<string>
  /** The key that is to follow takes the place of the one in use, whose private half is gone then. Safe to repeat. Throws `signing.key-missing`. */
  adoptNext(keyId: string): Promise<void>
  /** Undefined for what is no Ed25519 public key in PEM. */
  keyIdOf(pem: string): string | undefined
  /** Whether the key of `publicKey` signed the text; false also for what is no key or no signature. */
  verify(signed: { readonly publicKey: string; readonly text: string; readonly signature: string }): boolean
}

export interface PublicKey {
  /** Hex sha256 of the key's DER. */
  readonly keyId: string
  /** SPKI in PEM, as `openssl` reads it. */
  readonly pem: string
}

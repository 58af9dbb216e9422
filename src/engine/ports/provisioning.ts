/** What an organisation is set up with besides its solutions. */
export interface Provisioning {
  /** Codes of the languages that are switched on, the base language among them. */
  fetchLanguages(): Promise<readonly number[]>
  /** Begins to switch one on; asked for again it does no harm. */
  startLanguage(code: number): Promise<{ readonly asyncOperationId: string }>
  /** ISO code of the base currency, which can never be changed; undefined where the identity may not read it. */
  fetchBaseCurrency(): Promise<string | undefined>
}

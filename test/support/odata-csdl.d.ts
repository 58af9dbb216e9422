declare module 'odata-csdl' {
  /** CSDL in XML as CSDL in JSON; throws for what is no valid document. */
  export function xml2json(xml: string, options?: { readonly strict?: boolean }): Record<string, unknown>
}

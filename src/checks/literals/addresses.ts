/** An address in a text, by what it ties the text to. */
export interface Address {
  readonly kind: 'environment' | 'tenant' | 'service'
  readonly text: string
}

/** Addresses that mean the same everywhere: vocabularies, documentation, the platform's public places. */
const sharedHosts = [
  'w3.org',
  'schemas.microsoft.com',
  'schema.management.azure.com',
  'schemas.openxmlformats.org',
  'schemas.xmlsoap.org',
  'schemas.datacontract.org',
  'json-schema.org',
  'adaptivecards.io',
  'learn.microsoft.com',
  'docs.microsoft.com',
  'msdn.microsoft.com',
  'support.microsoft.com',
  'go.microsoft.com',
  'flow.microsoft.com',
  'make.powerapps.com',
  'make.powerautomate.com',
  'graph.microsoft.com',
  'login.microsoftonline.com',
  'aka.ms',
  'localhost',
]

/** Hosts under which each organisation or environment has a name of its own. */
const environmentHosts =
  /(?:^|\.)(?:crm\d*\.dynamics\.com|crm\d*\.microsoftdynamics\.us|dynamics\.cn|powerappsportals\.com|powerplatform\.com)$/i
const tenantHosts =
  /(?:^|\.)(?:sharepoint\.com|onmicrosoft\.com|azurewebsites\.net|azure-api\.net|logic\.azure\.com|blob\.core\.windows\.net|vault\.azure\.net|database\.windows\.net|servicebus\.windows\.net|service-now\.com|my\.salesforce\.com)$/i

const url = /https?:\/\/([A-Za-z0-9][A-Za-z0-9.-]*)(?::\d+)?[^\s"'<>\\|^`{}]*/g

/** Addresses (http, https) in a text that may mean something else, or nothing, in another environment. */
export function findAddresses(text: string): Address[] {
  return [...text.matchAll(url)].flatMap((match) => {
    const host = (match[1] ?? '').toLowerCase()
    if (!host.includes('.') || sharedHosts.some((shared) => host === shared || host.endsWith(`.${shared}`))) return []
    return [{ kind: kindOfHost(host), text: withoutQuery(match[0]) }]
  })
}

function kindOfHost(host: string): Address['kind'] {
  if (/^(?:www|api)?\.?crm\d*\.dynamics\.com$/i.test(host)) return 'service'
  if (environmentHosts.test(host)) return 'environment'
  return tenantHosts.test(host) ? 'tenant' : 'service'
}

/** Queries may hold signatures and are not needed to find the place. */
function withoutQuery(address: string): string {
  return address.split(/[?#]/)[0] ?? address
}

const mail = /\b[A-Za-z0-9][A-Za-z0-9._+-]*@(?!odata\.|microsoft\.|thread\.)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b/gi
/** Annotations of the OData protocol look like mail addresses: `statecode@OData.Community.Display.V1.FormattedValue`. */
const annotation = /@(?:odata|microsoft\.dynamics|mscrm|thread)\b/i

/** E-mail addresses in a text. */
export function findMailAddresses(text: string): string[] {
  return [...new Set([...text.matchAll(mail)].map((match) => match[0]))].filter((address) => !annotation.test(address))
}

const guid = /^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$/i

/** Whether the whole text is the id of one thing; the all-zero id is no thing. */
export function isIdentifier(text: string): boolean {
  const trimmed = text.trim()
  return (guid.test(trimmed) && /[1-9a-f]/i.test(trimmed.replaceAll('-', ''))) || /@thread\.(?:tacv2|skype|v2)$/i.test(trimmed)
}

/** A form that only credentials have. Patterns ask for digits or padding where prose could otherwise look the same. */
interface CredentialForm {
  readonly name: string
  readonly pattern: RegExp
}

const credentialForms: readonly CredentialForm[] = [
  { name: 'the signature of a shared access address', pattern: /[?&;]sig=[A-Za-z0-9%+/_-]{20,}/i },
  { name: 'the key of an Azure function', pattern: /[?&]code=(?=[^&"'\s]*\d)[A-Za-z0-9_%/-]{40,}={0,2}/ },
  { name: 'an account key', pattern: /\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{20,}={0,2}/ },
  {
    name: 'a connection string with its password',
    pattern: /\b(?:Server|Data Source|User ?Id|Uid|Username)=[^"'\n]{1,200};\s*(?:Password|Pwd)=[^;"'\s<>{}]{4,}/i,
  },
  {
    // Cryptographic libraries name the header; only a header with a key behind it is one.
    name: 'a private key',
    pattern: /-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----(?:\s|\\[rn]|["'`+,])*[A-Za-z0-9+/=]{40,}/,
  },
  { name: 'a bearer token', pattern: /\bBearer\s+(?=[A-Za-z._~+/-]*\d)[A-Za-z0-9._~+/-]{20,}/ },
  { name: 'a name and password for basic authentication', pattern: /\bBasic\s+(?=[A-Za-z+/]*[\d=])[A-Za-z0-9+/]{12,}={0,2}/ },
  { name: 'a signed token (JWT)', pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/ },
  { name: 'a GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36,}/ },
  { name: 'an AWS access key', pattern: /\bAKIA[0-9A-Z]{16}\b/ },
  { name: 'a Slack token', pattern: /\bxox[abprs]-(?=[A-Za-z-]*\d)[A-Za-z0-9-]{10,}/ },
  { name: 'an API key', pattern: /\bsk-(?:proj-)?(?=[A-Za-z]*\d)[A-Za-z0-9]{20,}/ },
]

/** What kinds of credential a text holds. The credential itself is never returned: it must not reach a report. */
export function findCredentials(text: string): string[] {
  return credentialForms.filter(({ pattern }) => pattern.test(text)).map(({ name }) => name)
}

const secretKeys =
  /^(?:password|passwd|pwd|client[-_]?secret|secret|api[-_]?key|x-api-key|ocp-apim-subscription-key|access[-_]?token|shared[-_]?key|authorization)$/i
const placeholder = /^(?:x+|\*+|\.+|<.*>|\[.*\]|\{\{.*\}\}|string|null|none|your.*|enter.*|changeme|password|secret|api-?key|token)$/i

const scheme = /^(?:Bearer|Basic|Token|ApiKey|SharedKey|SharedAccessSignature)\s+/i

/** Whether a value of the given key is a secret in clear: not an expression, not a placeholder, not prose, and long enough to be one. */
export function isSecretValue(key: string, value: string): boolean {
  if (!secretKeys.test(key)) return false
  const bare = value.trim().replace(scheme, '')
  return bare.length >= 6 && !/[\s<>]/.test(bare) && !bare.startsWith('@') && !bare.includes('@{') && !placeholder.test(bare)
}

const assignment = /\b(?:client_?secret|api_?key|password|passwd)["']?\s*[:=]\s*(["'])([^"'\s<>{}$]{8,80})\1/gi

/** Whether code assigns a literal that looks like a secret: letters and digits mixed, in quotes. */
export function assignsSecret(code: string): boolean {
  for (const match of code.matchAll(assignment)) {
    const value = match[2] ?? ''
    if (/\d/.test(value) && /[a-z]/i.test(value) && !placeholder.test(value)) return true
  }
  return false
}

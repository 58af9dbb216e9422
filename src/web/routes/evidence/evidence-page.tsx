import { Badge, Body1, Body1Strong, Button, Caption1, makeStyles, Spinner, Text, tokens } from '@fluentui/react-components'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { LedgerVerificationReply, RouteOutput } from '#contract'
import { apiClient, valueOf } from '../../api.ts'
import { Page } from '../../components/page.tsx'
import { usePageTitle } from '../../components/page-title.ts'
import { PlainList } from '../../components/plain-list.tsx'
import { Problem } from '../../components/problem.tsx'
import { Section } from '../../components/section.tsx'
import { useViewer } from '../../use-me.ts'
import { whenText } from '../../words.ts'

type Anchors = RouteOutput<'loadAnchors'>

const useStyles = makeStyles({
  quiet: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  code: { margin: 0, overflowX: 'auto', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  button: { alignSelf: 'start' },
})

export function EvidencePage() {
  usePageTitle('Evidence')
  const anchors = useQuery({ queryKey: ['anchors'], queryFn: () => valueOf(apiClient().loadAnchors()) })
  if (anchors.isPending) return <Spinner label="Reading what is kept outside" />
  if (anchors.data === undefined) return <Problem error={anchors.error} />
  return (
    <Page
      title="Evidence"
      lead="Everything that was asked, decided and done stands in the ledger, where each entry holds the one before it. What is kept outside shows whether somebody rebuilt all of it."
    >
      <LedgerSection />
      <AnchorsSection anchors={anchors.data} />
      <VerifySection anchors={anchors.data} />
    </Page>
  )
}

/** The ledger checked by the server itself, when somebody asks. */
function LedgerSection() {
  const styles = useStyles()
  const check = useMutation({ mutationFn: () => valueOf(apiClient().verifyLedger()) })
  return (
    <Section title="Does the ledger hold?">
      <Text>
        The server computes every entry again. Whoever trusts neither it nor its database checks a pack on a machine of their own, as told
        below.
      </Text>
      <Button className={styles.button} onClick={() => check.mutate()} disabled={check.isPending}>
        {check.isPending ? 'Checking' : 'Check it now'}
      </Button>
      <div role="status">{check.data !== undefined && <Verdict of={check.data} />}</div>
      {check.error !== null && <Problem error={check.error} />}
    </Section>
  )
}

function Verdict({ of }: { readonly of: LedgerVerificationReply }) {
  const { entries, faults, firstBroken, unprovable } = of
  const holds = faults.length === 0 && firstBroken === undefined
  return (
    <>
      <Badge appearance="tint" shape="rounded" size="large" color={holds ? 'success' : 'danger'}>
        {holds ? `All ${entries} entries hold` : 'The ledger does not hold'}
      </Badge>
      {faults.length > 0 && (
        <ul>
          {faults.map(({ kind, sequence, message }) => (
            <li key={`${kind} ${sequence}`}>{`Entry ${sequence}: ${message}`}</li>
          ))}
        </ul>
      )}
      {unprovable.length > 0 && (
        <>
          <Body1Strong block>What this cannot tell</Body1Strong>
          <ul>
            {unprovable.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

function AnchorsSection({ anchors }: { readonly anchors: Anchors }) {
  const styles = useStyles()
  const { nameOf } = useViewer()
  const { newest, places } = anchors
  return (
    <Section title="Kept outside">
      <Body1>
        {newest === undefined
          ? 'The head of the ledger was never signed. Nobody outside can tell whether it was rebuilt.'
          : `The head was signed last at entry ${newest.signed.head.sequence}, ${whenText(newest.at)}, asked for by ${nameOf(newest.by)}.`}
      </Body1>
      {places.length === 0 ? (
        <Body1>The configuration names no place where signed heads are kept.</Body1>
      ) : (
        <PlainList>
          {places.map(({ place, kept, failure }) => (
            <li key={place}>
              <Body1Strong>{place}</Body1Strong>{' '}
              <Badge appearance="tint" shape="rounded" color={failure !== undefined || kept === undefined ? 'danger' : 'success'}>
                {kept === undefined ? 'holds nothing yet' : `holds entry ${kept.sequence}`}
              </Badge>
              {kept !== undefined && (
                <Caption1 block className={styles.quiet}>
                  {whenText(kept.at)}
                </Caption1>
              )}
              {failure !== undefined && (
                <Body1 block>{`The last try failed, ${whenText(failure.lastTriedAt)}: ${failure.message} (${failure.tries} tries)`}</Body1>
              )}
            </li>
          ))}
        </PlainList>
      )}
    </Section>
  )
}

/** How somebody proves it who trusts nobody here. */
function VerifySection({ anchors }: { readonly anchors: Anchors }) {
  const styles = useStyles()
  return (
    <Section title="Verify it yourself">
      <Body1>
        Take a pack of evidence, and hold it against a signed head that you got from elsewhere. The second command needs no server.
      </Body1>
      <pre className={styles.code}>
        <code>
          {
            'drover evidence export --promotion <id> --out pack.zip\ndrover evidence verify pack.zip --anchor <signed heads> --public-key drover.pem'
          }
        </code>
      </pre>
      <Body1>
        This is the key that signs, for <code>drover.pem</code>. Write it down where nobody of Drover can change it: a key that comes with
        the pack proves nothing about whoever made it.
      </Body1>
      <pre className={styles.code}>
        <code>{anchors.publicKey.trim()}</code>
      </pre>
      <Caption1 className={styles.quiet}>{`Its sha256: ${anchors.keyId}`}</Caption1>
    </Section>
  )
}

import { makeStyles, Text, Title1, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'

const useStyles = makeStyles({
  lead: { color: tokens.colorNeutralForeground2, marginTop: '4px', display: 'block', maxWidth: '720px' },
  page: { display: 'flex', flexDirection: 'column', gap: '20px' },
})

/** A page with its heading, what it is for, and its sections one below the other. */
export function Page({ title, lead, children }: { readonly title: string; readonly lead: string; readonly children: ReactNode }) {
  const styles = useStyles()
  return (
    <div className={styles.page}>
      <div>
        <Title1 as="h1">{title}</Title1>
        <Text className={styles.lead}>{lead}</Text>
      </div>
      {children}
    </div>
  )
}

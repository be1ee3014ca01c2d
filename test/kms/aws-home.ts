import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../../src/lib/environment.ts'

export interface AwsHome {
  readonly folder: string
  /** An environment whose home this is, and nothing else. */
  readonly environment: Environment
  writeConfig(text: string): Promise<void>
  writeCredentials(text: string): Promise<void>
  /** What `aws sso login` leaves behind. */
  writeSsoToken(id: string, token: Readonly<Record<string, string>>): Promise<void>
  remove(): Promise<void>
}

/** A home with an empty ~/.aws. */
export async function createAwsHome(): Promise<AwsHome> {
  const folder = await mkdtemp(join(tmpdir(), 'snapthaw-aws-'))
  const aws = join(folder, '.aws')
  await mkdir(join(aws, 'sso', 'cache'), { recursive: true })
  return {
    folder,
    environment: { HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' },
    writeConfig: text => writeFile(join(aws, 'config'), text),
    writeCredentials: text => writeFile(join(aws, 'credentials'), text),
    writeSsoToken: (id, token) =>
      writeFile(
        join(aws, 'sso', 'cache', `${createHash('sha1').update(id).digest('hex')}.json`),
        JSON.stringify(token),
      ),
    remove: () => rm(folder, { recursive: true, maxRetries: 5 }),
  }
}

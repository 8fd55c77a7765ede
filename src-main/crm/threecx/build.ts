// SPDX-License-Identifier: MIT

import type { ConnectorSettings } from '../../../src-shared/crm/settings.ts';
import { toFields } from '../../../src-shared/megacall/coerce.ts';
import { openSignIn, type SignInOptions } from '../oauth/sign-in.ts';
import type { Built } from '../registry.ts';
import { type Auth, basicAuth, noAuth, type ParameterValues, scenarioAuth } from './auth.ts';
import type { Engine } from './engine.ts';
import { oauthAuth, templateProvider } from './oauth.ts';
import { parameterValues } from './parameters.ts';
import { createTemplateConnector } from './threecx.ts';
import { openTemplate } from './view.ts';

export type TemplateParts = Pick<SignInOptions, 'http' | 'secrets' | 'openExternal' | 'language' | 'now' | 'log'> & {
  /** The form's passwords. */
  readonly values: () => Promise<Readonly<Record<string, string>>>;
  /** IANA zone of local times in the journal; this computer's when not given. */
  readonly timeZone?: string;
};

/**
 * The connector of an imported 3CX template: `options.xml` is the template, `options.parameters` its form.
 *
 * @throws AppError `crm.template` for one that cannot be used
 */
export async function buildTemplate(
  settings: ConnectorSettings,
  parts: TemplateParts,
  changed: () => void,
): Promise<Built> {
  const { xml } = settings.options;
  const template = openTemplate(typeof xml === 'string' ? xml : '');
  const form = toFields(settings.options.parameters);
  const parameters: ParameterValues = async () => parameterValues(template.parameters, form, await parts.values());
  const typed = parameterValues(template.parameters, form, {});
  const zone = parts.timeZone === undefined ? {} : { timeZone: parts.timeZone };
  const connect = (auth: (engine: Engine) => Auth) =>
    createTemplateConnector(settings, template, { http: parts.http, parameters, typed, now: parts.now, auth, ...zone });

  const { auth, oauth } = template;
  if (oauth !== null) {
    const provider = templateProvider(template, oauth, typed, parameters);
    const signIn = await openSignIn({ ...parts, settings, provider, changed });
    const { tokens, state, connect: signInNow, disconnect, close } = signIn;
    const connector = connect((engine) => oauthAuth(template, oauth, { tokens, engine, parameters }));
    return { connector, state, connect: signInNow, disconnect, close };
  }
  const connector = connect((engine) => {
    if (auth.type === 'basic') return basicAuth(template, auth.value, parameters);
    return auth.type === 'scenario' ? scenarioAuth(template, auth.id, { engine, parameters, now: parts.now }) : noAuth;
  });
  return { connector, state: () => 'ready' };
}

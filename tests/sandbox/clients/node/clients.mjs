// Signs in and asks Graph with Microsoft's libraries for Node, and prints what they understood as one JSON document.

import { ClientSecretCredential } from "@azure/identity";
import { ConfidentialClientApplication } from "@azure/msal-node";
import { Client } from "@microsoft/microsoft-graph-client";
import { TokenCredentialAuthenticationProvider } from "@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js";

const { SANDBOX, TENANT, CLIENT_ID, CLIENT_SECRET } = process.env;
const scopes = [`${SANDBOX}/.default`];

const credential = new ClientSecretCredential(TENANT, CLIENT_ID, CLIENT_SECRET, {
  authorityHost: SANDBOX,
  disableInstanceDiscovery: true,
});
const graph = Client.initWithMiddleware({
  authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes }),
  baseUrl: `${SANDBOX}/`,
  customHosts: new Set([new URL(SANDBOX).hostname]),
});

function msal(authority, secret) {
  return new ConfidentialClientApplication({
    auth: { clientId: CLIENT_ID, clientSecret: secret, authority, knownAuthorities: [new URL(SANDBOX).host] },
  });
}

async function refused(request) {
  try {
    await request;
  } catch (error) {
    return [error.statusCode ?? null, error.code ?? error.errorCode];
  }
  return "not refused";
}

const nine = { dateTime: "2026-12-03T09:00:00", timeZone: "UTC" };
const ten = { dateTime: "2026-12-03T10:00:00", timeZone: "UTC" };
const eleven = { dateTime: "2026-12-03T11:00:00", timeZone: "UTC" };
const said = {};

const token = await msal(`${SANDBOX}/${TENANT}`, CLIENT_SECRET).acquireTokenByClientCredential({ scopes });
said.msal = token.tokenType;
said.wrongSecret = await refused(msal(`${SANDBOX}/${TENANT}`, "wrong").acquireTokenByClientCredential({ scopes }));
said.azureIdentity = Boolean((await credential.getToken(scopes)).token);

const room = "/users/boardroom@contoso.example";
const event = await graph.api(`${room}/events`).post({ subject: "Node", start: nine, end: ten });
const changed = await graph.api(`${room}/events/${event.id}`).patch({ subject: "Node again", end: eleven });
said.event = [changed.subject, changed.end.dateTime];
const schedule = await graph
  .api(`${room}/calendar/getSchedule`)
  .post({ Schedules: ["boardroom@contoso.example"], StartTime: nine, EndTime: eleven });
said.schedule = schedule.value[0].availabilityView;
const window = { startDateTime: "2026-12-03T08:00:00Z", endDateTime: "2026-12-03T12:00:00Z" };
said.view = (await graph.api(`${room}/calendarView`).query(window).get()).value.some((one) => one.id === event.id);
await graph.api(`${room}/events/${event.id}`).delete();
said.room = (await graph.api("/places/boardroom@contoso.example/graph.room").get()).capacity;
said.rooms = (await graph.api("/places/microsoft.graph.room").top(5).get()).value.length;

const created = { displayName: "Made by Node" };
const upsert = graph.api("/applications(uniqueName='node')").header("Prefer", "create-if-missing");
const app = await upsert.patch(created);
said.upserted = app.uniqueName;
said.expanded = (await graph.api(`/applications/${app.id}`).expand("owners").get()).owners.length;
const federated = graph.api(`/applications/${app.id}/federatedIdentityCredentials`);
const trust = {
  name: "one",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:a@1/b@2:environment:x",
  audiences: ["api://AzureADTokenExchange"],
};
await federated.post(trust);
said.duplicate = await refused(federated.post(trust));
said.delta = await refused(graph.api("/users/delta").get());
said.count = await graph.api("/users/$count").header("ConsistencyLevel", "eventual").get();
const batch = { requests: [{ id: "1", method: "GET", url: "/domains" }, { id: "2", method: "GET", url: "/organization" }] };
said.batch = (await graph.api("/$batch").post(batch)).responses.map((one) => one.status).sort();
await graph.api(`/applications/${app.id}`).delete();

console.log(JSON.stringify(said));

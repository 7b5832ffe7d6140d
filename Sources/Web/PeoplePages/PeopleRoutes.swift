public import Frame

/// The addresses of people, rights and the record, and of the house itself: files, health, help.
public enum PeopleRoutes {
    public static let all: [Route] =
        SignInPage.routes + CodePage.routes + SignOut.routes + Preferences.routes
        + AccountPage.routes + PasswordPage.routes + SecondFactorPage.routes + TokensPage.routes
        + PeopleListPage.routes + PersonPage.routes + NewPersonPage.routes + PersonForms.routes + PostForms.routes
        + PersonTokens.routes
        + RightsPage.routes + RoleRightsPage.routes
        + RecordPage.routes + RecordLinePage.routes + TreeHeadFile.routes
        + House.routes + HelpPage.routes
}

import Components
import Frame
import Html
import Kernel

/// What has just been done, told once on the page that follows: `?done=password`.
enum Done: String {
    case password, codesOn, codesOff, sessionEnded, tokenRevoked, contact
    case appointed, handedOver, ended, deputised, corrected, disabled, enabled, erased, codesRemoved, rights

    func told(on link: Link) -> Link { link.with("done", rawValue) }

    /// Nothing when nothing was done.
    static func notice(_ visit: Visit) -> Html {
        guard let done = visit.query["done"].flatMap(Done.init) else { return "" }
        return Components.notice(.jade, "\(done.sentence(visit.language))")
    }

    private var sentence: Phrase {
        switch self {
        case .password:
            Phrase(
                zh: "密码已更改；其他登录均已退出，API 令牌均已失效。",
                en: "The password is changed; all other sessions and all API tokens have ended.")
        case .codesOn: Phrase(zh: "验证码已启用。以后每次登录都会要求输入。", en: "Codes are on. Every sign-in asks for one from now on.")
        case .codesOff: Phrase(zh: "验证码已停用。", en: "Codes are off.")
        case .sessionEnded: Phrase(zh: "该次登录已结束。", en: "That session has ended.")
        case .tokenRevoked: Phrase(zh: "令牌已吊销，立即失效。", en: "The token is revoked and opens nothing any more.")
        case .contact: Phrase(zh: "姓名与电话已保存。", en: "Name and phone are saved.")
        case .appointed: Phrase(zh: "岗位已设立。", en: "The post is set up.")
        case .handedOver: Phrase(zh: "岗位交接已登记。", en: "The hand-over is registered.")
        case .ended: Phrase(zh: "岗位的结束日已登记。", en: "The post's last day is registered.")
        case .deputised: Phrase(zh: "代理已登记。", en: "The deputy is registered.")
        case .corrected: Phrase(zh: "更正已保存。", en: "The correction is saved.")
        case .disabled: Phrase(zh: "账号已停用，并已退出所有登录。", en: "The account is disabled and signed out everywhere.")
        case .enabled: Phrase(zh: "账号已启用。", en: "The account is enabled.")
        case .erased:
            Phrase(zh: "个人信息已删除，无法恢复；操作记录仍然完整。", en: "The person is erased for good; the record stays whole.")
        case .codesRemoved: Phrase(zh: "第二步验证已解除。", en: "The second step is taken away.")
        case .rights: Phrase(zh: "权限已保存，立即生效。", en: "The rights are saved and hold at once.")
        }
    }
}
